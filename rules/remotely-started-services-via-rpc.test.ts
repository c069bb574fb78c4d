import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { beforeEach, describe, expect, it } from 'vitest';

import { parseRuleToml } from '@/lib/rules/rule-toml';

const root = join(import.meta.dirname, '..');
const file = join(import.meta.dirname, 'remotely-started-services-via-rpc.toml');
const { rule, transforms, problems } = parseRuleToml(readFileSync(file, 'utf8'), file);
const note = rule?.note ?? '';
const query = rule?.query ?? '';

describe('the rule', () => {
  it('is read without a problem', () => {
    expect(problems).toEqual([]);
  });

  it("has an id of its own, with Elastic's beside it", () => {
    expect(rule).toMatchObject({
      rule_id: '00c5f630-e6d1-485e-a205-efb17f9872ec',
      meta: { follows_rule_id: 'aa9a274d-6b53-424d-ac5e-cb8ca4251650' },
    });
  });

  it('runs every 5 minutes over 9, at medium severity', () => {
    expect(rule).toMatchObject({
      severity: 'medium',
      risk_score: 47,
      interval: '5m',
      from: 'now-9m',
      max_signals: 100,
    });
    expect(rule?.index).toHaveLength(4);
  });

  it('is mapped to Remote Services and Service Execution', () => {
    const ids = JSON.stringify(rule?.threat).match(/"T\w+(\.\d+)?"/g);
    expect(ids).toEqual(['"TA0008"', '"T1021"', '"TA0002"', '"T1569"', '"T1569.002"']);
  });
});

describe('the guide', () => {
  it('has a section for each part of the triage', () => {
    expect(note.match(/^#+ .+$/gm)).toEqual([
      '## Triage and analysis',
      '### Investigating Remotely Started Services via RPC',
      '#### Possible investigation steps',
      '### False positive analysis',
      '### Response and remediation',
    ]);
  });

  it('nests its steps, each button under the step that asks for it', () => {
    expect(outline(section(note, 'Possible investigation steps'))).toEqual([
      'Find out who logged on',
      '  [investigate] Logons (4624) on this host around the alert',
      'On the machine that the',
      '  [investigate] Network events on the source host with this source port',
      'Follow the chain of processes',
      'Look at what the started',
      '  [investigate] Network, registry and file events of the started process, and what it started',
      'See what else was reported',
      '  [investigate] Other alerts on this host, 48 hours before',
      '  [investigate] Other alerts of this user, 48 hours before',
      'Ask whether somebody can explain',
      'Search the host for traces',
      '  Run the started program in',
      '  Gather the following, both in',
      '    Domains and addresses outside that',
      '      Take the network events whose',
      '        [investigate] Network events of the started process',
      "      Look through the host's DNS",
      '        [osquery] Osquery - DNS cache',
      '    Registry keys that the started',
      '      [investigate] Registry events of the started process',
      '    Services of the host that',
      '      [osquery] Osquery - All services',
      '      [osquery] Osquery - Services that run under a user account',
      '      [osquery] Osquery - Service files without a trusted signature, with VirusTotal link',
      '  Compute the SHA-256 of the',
      'Consider which accounts may now',
      '  [investigate] Logons (4624) on this host after the service started',
    ]);
  });

  it('says beside the signature query that an empty answer does not mean that all is signed', () => {
    expect(note).toMatch(/an empty answer does not mean that every service is signed/);
  });

  it('sends SCCM to an exception over both stages', () => {
    const text = section(note, 'False positive analysis');
    expect(text).toMatch(
      /SCCM.*exception.*`source\.ip` on stage 1.*`process\.executable` on stage 2/,
    );
  });

  it('has no button left out and none twice', () => {
    expect(buttons(note).map(({ kind }) => kind)).toHaveLength(
      transforms.osquery.length + transforms.investigate.length,
    );
    expect(note).not.toMatch(/\$(osquery|investigate)_/);
  });

  it.each(buttons(note).filter(({ kind }) => kind === 'investigate'))(
    'has a search button that can be read: $options.label',
    ({ options }) => {
      expect(options).toMatchObject({
        relativeFrom: expect.stringMatching(/^now/) as string,
        relativeTo: expect.stringMatching(/^now/) as string,
      });
      const providers = (options.providers as Record<string, unknown>[][]).flat();
      expect(providers.length).toBeGreaterThan(0);
      for (const provider of providers) {
        expect(Object.keys(provider)).toEqual([
          'excluded',
          'field',
          'queryType',
          'value',
          'valueType',
        ]);
      }
    },
  );

  it('asks each stage only for what that stage has', () => {
    const placeholders = new Set(note.match(/\{\{[^}]+\}\}/g));
    expect([...placeholders].sort()).toEqual([
      '{{host.id}}',
      '{{host.name}}',
      '{{stage[1].source.ip}}',
      '{{stage[1].source.port}}',
      '{{stage[2].process.entity_id}}',
      '{{stage[2].user.name}}',
    ]);
  });
});

describe('the Osquery queries', () => {
  const [dnsCache, allServices, userServices, unsigned] = buttons(note)
    .filter(({ kind }) => kind === 'osquery')
    .map(({ options }) => String(options.query));

  let database: DatabaseSync;

  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    // Of osquery's tables, the columns that the queries use; `concat` is one of osquery's own functions.
    database.exec(`
      CREATE TABLE dns_cache (name TEXT, type TEXT, flags INTEGER);
      CREATE TABLE services (name TEXT, service_type TEXT, display_name TEXT, status TEXT, pid INTEGER,
        start_type TEXT, path TEXT, module_path TEXT, description TEXT, user_account TEXT);
      CREATE TABLE authenticode (path TEXT COLLATE NOCASE, result TEXT);
      CREATE TABLE hash (path TEXT COLLATE NOCASE, sha1 TEXT);
    `);
    database.function('concat', { varargs: true }, (...parts) => parts.join(''));
  });

  function addService(service: Readonly<Record<string, string | null>>): void {
    const { name = null, path = null, module_path = null, user_account = null } = service;
    database
      .prepare('INSERT INTO services (name, path, module_path, user_account) VALUES (?, ?, ?, ?)')
      .run(name, path, module_path, user_account);
  }

  function addFile(path: string, signature: string, sha1: string): void {
    database.prepare('INSERT INTO authenticode VALUES (?, ?)').run(path, signature);
    database.prepare('INSERT INTO hash VALUES (?, ?)').run(path, sha1);
  }

  function rowsOf(sql: string | undefined): Record<string, unknown>[] {
    return database.prepare(sql ?? '').all();
  }

  it('list the DNS cache and all services', () => {
    database.exec("INSERT INTO dns_cache VALUES ('example.org', 'A', 0)");
    addService({ name: 'one' });
    addService({ name: 'two', user_account: 'LocalSystem' });
    expect(rowsOf(dnsCache)).toMatchObject([{ name: 'example.org', type: 'A' }]);
    expect(rowsOf(allServices)).toMatchObject([{ name: 'one' }, { name: 'two' }]);
  });

  it('find a service under a user account, and neither the built-in accounts nor drivers', () => {
    addService({ name: 'backup', user_account: 'CORP\\svc-backup' });
    addService({ name: 'local', user_account: '.\\admin' });
    addService({ name: 'spooler', user_account: 'LocalSystem' });
    addService({ name: 'dns', user_account: 'NT AUTHORITY\\NetworkService' });
    addService({ name: 'time', user_account: 'NT AUTHORITY\\LocalService' });
    addService({ name: 'driver-null', user_account: null });
    addService({ name: 'driver-empty', user_account: '' });
    expect(rowsOf(userServices)).toMatchObject([{ name: 'backup' }, { name: 'local' }]);
  });

  it('find unsigned programs behind plain, quoted and unquoted command lines, and unsigned DLLs', () => {
    addFile('C:\\Temp\\plain.exe', 'missing', 'a1');
    addFile('C:\\Temp\\two words.exe', 'untrusted', 'b2');
    addFile('C:\\Temp\\bare words.EXE', 'missing', 'c3');
    addFile('C:\\Temp\\evil.dll', 'missing', 'd4');
    addFile('C:\\Windows\\System32\\svchost.exe', 'trusted', 'e5');
    addService({ name: 'plain', path: 'C:\\Temp\\plain.exe' });
    addService({ name: 'quoted', path: '"C:\\Temp\\two words.exe" /service' });
    addService({ name: 'unquoted', path: 'C:\\Temp\\bare words.EXE -k "x"' });
    addService({
      name: 'hosted',
      path: 'C:\\Windows\\System32\\svchost.exe -k netsvcs',
      module_path: 'C:\\Temp\\evil.dll',
    });
    addService({
      name: 'signed',
      path: 'C:\\Windows\\System32\\svchost.exe -k x',
      module_path: '',
    });
    addService({ name: 'driver', path: '\\SystemRoot\\System32\\drivers\\x.sys' });
    const link = 'https://www.virustotal.com/gui/file/';
    expect(rowsOf(unsigned)).toMatchObject([
      { name: 'hosted', file: 'C:\\Temp\\evil.dll', VtLink: `${link}d4` },
      { name: 'plain', file: 'C:\\Temp\\plain.exe', VtLink: `${link}a1` },
      {
        name: 'quoted',
        file: 'C:\\Temp\\two words.exe',
        VtLink: `${link}b2`,
        signature: 'untrusted',
      },
      { name: 'unquoted', file: 'C:\\Temp\\bare words.EXE', VtLink: `${link}c3` },
    ]);
  });

  it('name every service that shares an unsigned file', () => {
    addFile('C:\\Temp\\host.exe', 'missing', 'a1');
    addService({ name: 'first', path: 'C:\\Temp\\host.exe -k one' });
    addService({ name: 'second', path: 'C:\\Temp\\host.exe -k two' });
    expect(rowsOf(unsigned)).toMatchObject([{ name: 'first' }, { name: 'second' }]);
  });
});

const corpora = process.env['WATCHFLOOR_CORPORA'] ?? join(root, '../shared/corpora');
const original = join(corpora, 'elastic-rule', 'lateral_movement_remote_services.toml');
const isRequired = (process.env['WATCHFLOOR_REQUIRE'] ?? '').split(',').includes('corpora');
const isSkipped = !existsSync(original) && !isRequired;

describe.skipIf(isSkipped)(
  `beside Elastic's rule${isSkipped ? ' (skipped: no elastic-rule in the corpora folder)' : ''}`,
  () => {
    function readOriginal() {
      const parsed = parseRuleToml(readFileSync(original, 'utf8'), original);
      return parsed.rule ?? expect.fail("Elastic's rule cannot be read");
    }

    it('has the same settings', () => {
      const { index, risk_score, severity, from, max_signals } = readOriginal();
      expect(rule).toMatchObject({ index, risk_score, severity, from, max_signals });
    });

    it('has the same conditions, up to layout and the order of the excluded paths', () => {
      expect(conditions(query)).toEqual(conditions(readOriginal().query ?? ''));
      expect(skeleton(query)).toBe(skeleton(readOriginal().query ?? ''));
    });

    it.each([
      'Possible investigation steps',
      'False positive analysis',
      'Response and remediation',
    ])('has every step of "%s", in the same nesting', (heading) => {
      const theirs = depths(section(readOriginal().note, heading));
      const ours = depths(section(note, heading));
      expect(ours.slice(0, theirs.length)).toEqual(theirs);
    });

    it('says it in its own words: no 8 words in a row are the same', () => {
      const { note, description, setup } = readOriginal();
      const theirs = wordRuns([note, description, setup].join('\n'), 8);
      const ours = wordRuns([rule?.note, rule?.description, rule?.setup].join('\n'), 8);
      expect([...ours].filter((run) => theirs.has(run))).toEqual([]);
    });
  },
);

interface Button {
  readonly kind: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The buttons of a guide; each stands at the end of its line. */
function buttons(guide: string): Button[] {
  return [...guide.matchAll(/!\{(osquery|investigate)(\{.*\})\}$/gm)].map(([, kind, json]) => ({
    kind: kind ?? '',
    options: JSON.parse(json ?? '') as Record<string, unknown>,
  }));
}

/** The text below a heading, up to the next one. */
function section(guide: string, heading: string): string {
  const [, below = ''] = guide.split(new RegExp(`^#+ ${heading}$`, 'm'));
  return below.split(/^#/m)[0] ?? '';
}

/** One line for each list item: its nesting, and its first words or its button. */
function outline(text: string): string[] {
  return listItems(text).map(({ indent, content }) => {
    const [button] = buttons(content);
    const words = content.split(' ').slice(0, 5).join(' ');
    return indent + (button ? `[${button.kind}] ${String(button.options.label)}` : words);
  });
}

/** The nesting of each step, search buttons left out: the original has none. */
function depths(text: string): number[] {
  return listItems(text)
    .filter(({ content }) => !content.startsWith('!{investigate'))
    .map(({ indent }) => indent.length / 2);
}

function listItems(text: string) {
  return [...text.matchAll(/^( *)- (.*)$/gm)].map(([, indent = '', content = '']) => ({
    indent,
    content,
  }));
}

/** The string literals of a query. */
function conditions(eql: string): string[] {
  return [...new Set(eql.match(/"[^"]*"/g))].sort();
}

/** A query without layout and without the contents of its long list of paths. */
function skeleton(eql: string): string {
  return eql
    .replace(/not process\.executable : \([^]*?"\s*\)/, 'not process.executable : ()')
    .replace(/\s+/g, '');
}

/** Each run of `length` words in a text, headings and buttons aside. */
function wordRuns(text: string, length: number): Set<string> {
  const prose = text.replace(/^#.*$/gm, '').replace(/!\{.*\}$/gm, '');
  const words = prose.toLowerCase().match(/[\p{L}\d]+/gu) ?? [];
  const starts = words.slice(0, Math.max(0, words.length - length + 1));
  return new Set(starts.map((_, at) => words.slice(at, at + length).join(' ')));
}
