/** A data set of Elastic's integrations: where the events of a channel go. */
export interface ChannelDataset {
  readonly channel: string;
  readonly module: string;
  readonly dataset: string;
}

const KNOWN_CHANNELS: readonly ChannelDataset[] = [
  {
    channel: 'Microsoft-Windows-Sysmon/Operational',
    module: 'windows',
    dataset: 'windows.sysmon_operational',
  },
  { channel: 'Security', module: 'system', dataset: 'system.security' },
  { channel: 'System', module: 'system', dataset: 'system.system' },
  { channel: 'Application', module: 'system', dataset: 'system.application' },
  {
    channel: 'Microsoft-Windows-PowerShell/Operational',
    module: 'windows',
    dataset: 'windows.powershell_operational',
  },
  { channel: 'Windows PowerShell', module: 'windows', dataset: 'windows.powershell' },
];

const byName = new Map(KNOWN_CHANNELS.map((known) => [known.channel.toLowerCase(), known]));

/** Every other channel goes where Elastic's custom event log integration puts it. */
export function channelDataset(channel: string | undefined): ChannelDataset {
  return (
    byName.get(channel?.toLowerCase() ?? '') ?? {
      channel: channel ?? '',
      module: 'winlog',
      dataset: 'winlog.winlog',
    }
  );
}

/** The channel as Windows spells it, where it is a known one. */
export function canonicalChannel(channel: string | undefined): string | undefined {
  return channel === undefined ? undefined : channelDataset(channel).channel;
}
