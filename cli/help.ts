interface CommandHelp {
  readonly summary: string;
  readonly text: string;
}

export type CommandName = 'detect' | 'eql' | 'check';

export const COMMANDS: Readonly<Record<CommandName, CommandHelp>> = {
  detect: {
    summary: 'run detection rules over files of events and print the alerts',
    text: `Usage: watchfloor detect FILE.. [options]

Runs detection rules over files of events, once, and prints the alerts with the events of every stage.
Files: .ndjson, .json, .ndjson.gz; ECS documents, search results of Elasticsearch, or exported Windows events.

  --rule FILE|DIR   a rule, or a folder of rules; may be repeated (default: the built-in rules)
  --json            print one JSON object

Example:
  watchfloor detect --rule my-rules/ events.ndjson.gz
`,
  },
  eql: {
    summary: 'run one EQL query over files of documents',
    text: `Usage: watchfloor eql QUERY FILE.. [options]

Runs one EQL query over documents as they are (nothing is converted) and prints events or sequences.
QUERY is the text, or @FILE to read it from a file.
Files: .ndjson, .json, .ndjson.gz; plain documents, or documents wrapped as {"_index", "_id", "_source"}.

  --timestamp-field FIELD        when it happened (default: @timestamp)
  --tiebreaker-field FIELD       the order among equal timestamps (default: event.sequence, where documents have it)
  --event-category-field FIELD   what "process where" compares (default: event.category)
  --mapping FILE                 an Elasticsearch mapping of the documents; without one the fields of ECS are typed as
                                 ECS has them, and other fields are what they are in JSON
  --size N                       show the last N results (the first N of a sample, or after head and tail)
  --max-samples-per-key N        samples for each join key (default: 1)
  --json                         print one JSON object

A document without a readable timestamp is skipped and listed, where Elasticsearch would sort it last; a sample needs
no time and takes it. Of two documents with one _index and _id the first counts.

Examples:
  watchfloor eql 'process where process.name : "cmd.exe"' events.ndjson
  watchfloor eql @lateral-movement.eql events.ndjson.gz --mapping mapping.json --json
`,
  },
  check: {
    summary: 'find the mistakes in rules and queries',
    text: `Usage: watchfloor check FILE|DIR.. [--json]

Reads rules (.toml, .json, .ndjson) and queries (.eql) and prints every problem with its place in the file. Which fields
exist is not judged. Exit code 1 if there is an error; warnings alone are fine.

  --json   print one JSON object

Example:
  watchfloor check my-rules/ hunting.eql
`,
  },
};

export function isCommand(name: string | undefined): name is CommandName {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

export function helpOf(command: CommandName): string {
  return COMMANDS[command].text;
}

export function overview(): string {
  const commands = Object.entries(COMMANDS).map(
    ([name, { summary }]) => `  ${name.padEnd(8)} ${summary}\n`,
  );
  return `Usage: watchfloor COMMAND ..

${commands.join('')}
  watchfloor help COMMAND   what a command does, and its options
  watchfloor --version
  --debug                   show the stack of an unexpected failure

Results go to stdout, everything else to stderr. Exit code: 0 done, 1 failed, 2 bad usage.
`;
}
