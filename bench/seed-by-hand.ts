/** A document as JSON gives it, in the fields that the seed's rule names. */
export interface Seed {
  readonly host?: { readonly os?: { readonly type?: unknown } };
  readonly event?: { readonly category?: unknown; readonly type?: unknown };
  readonly network?: { readonly direction?: unknown; readonly transport?: unknown };
  readonly source?: { readonly ip?: unknown; readonly port?: unknown };
  readonly destination?: { readonly port?: unknown };
  readonly process?: {
    readonly name?: unknown;
    readonly executable?: unknown;
    readonly args?: unknown;
    readonly parent?: { readonly name?: unknown };
  };
}

const PATHS: readonly RegExp[] = [
  /^.:\\program files\\[^]*\.exe$/,
  /^.:\\program files \(x86\)\\[^]*\.exe$/,
  /^.:\\windows\\servicing\\trustedinstaller\.exe$/,
  /^.:\\windows\\system32\\certsrv\.exe$/,
  /^.:\\windows\\system32\\sppsvc\.exe$/,
  /^.:\\windows\\system32\\srmhost\.exe$/,
  /^.:\\windows\\system32\\svchost\.exe$/,
  /^.:\\windows\\system32\\taskhostex\.exe$/,
  /^.:\\windows\\system32\\upfc\.exe$/,
  /^.:\\windows\\system32\\vds\.exe$/,
  /^.:\\windows\\system32\\vssvc\.exe$/,
  /^.:\\windows\\system32\\wbem\\wmiapsrv\.exe$/,
  /^.:\\windows\\adcr_agent\\adcrsvc\.exe$/,
  /^.:\\windows\\adminarsenal\\pdq[^]*\.exe$/,
  /^.:\\windows\\cainvokerservice\.exe$/,
  /^.:\\windows\\ccmsetup\\ccmsetup\.exe$/,
  /^.:\\windows\\eset-remote-install-service\.exe$/,
  /^.:\\windows\\propatches\\scheduler\\stschedex\.exe$/,
  /^.:\\windows\\psexesvc\.exe$/,
  /^.:\\windows\\remoteauditservice\.exe$/,
  /^.:\\windows\\syswow64\\nwxexesvc\\nwxexesvc\.exe$/,
  /^.:\\windows\\veeam\\backup\\veeamdeploymentsvc\.exe$/,
  /^.:\\windows\\veeamlogshipper\\veeamlogshipper\.exe$/,
  /^.:\\windows\\veeamvsssupport\\veeamguesthelper\.exe$/,
  /^.:\\pella corporation\\osctogpautoservice\\osctogpautosvc\.exe$/,
  /^.:\\pella corporation\\pella order management\\gpautosvc\.exe$/,
];
const MSIEXEC = /^.:\\windows\\system32\\msiexec\.exe$/;

/** The seed rule's two stages as one would write them in JavaScript: values may be arrays, A-Z folds. */
export const byHand: readonly ((document: Seed) => boolean)[] = [isConnection, isServiceStart];

function isConnection(document: Seed): boolean {
  const { host, process, network, source, destination } = document;
  return (
    some(host?.os?.type, (type) => type === 'windows') &&
    some(process?.name, (name) => fold(name) === 'services.exe') &&
    some(
      network?.direction,
      (direction) => fold(direction) === 'incoming' || fold(direction) === 'ingress',
    ) &&
    some(network?.transport, (transport) => transport === 'tcp') &&
    some(source?.port, (port) => typeof port === 'number' && port >= 49152) &&
    some(destination?.port, (port) => typeof port === 'number' && port >= 49152) &&
    !some(source?.ip, (ip) => ip === '127.0.0.1') &&
    !some(source?.ip, (ip) => ip === '::1')
  );
}

function isServiceStart(document: Seed): boolean {
  const { host, event, process } = document;
  return (
    some(host?.os?.type, (type) => type === 'windows') &&
    some(event?.type, (type) => type === 'start') &&
    some(process?.parent?.name, (name) => fold(name) === 'services.exe') &&
    !(
      some(process?.executable, (path) => MSIEXEC.test(fold(path))) &&
      some(process?.args, (arg) => fold(arg) === '/v')
    ) &&
    !some(process?.executable, isCommonPath)
  );
}

function isCommonPath(path: unknown): boolean {
  const folded = fold(path);
  return PATHS.some((pattern) => pattern.test(folded));
}

function some(value: unknown, test: (value: unknown) => boolean): boolean {
  if (value === undefined || value === null) return false;
  return Array.isArray(value) ? value.some(test) : test(value);
}

const NON_ASCII = /[^\u0000-\u007f]/;

function fold(value: unknown): string {
  const text = String(value);
  if (!NON_ASCII.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (run) => run.toLowerCase());
}
