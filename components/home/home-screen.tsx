'use client';

import {
  EuiCallOut,
  EuiCode,
  EuiFlexGroup,
  EuiFlexItem,
  EuiLink,
  EuiPageTemplate,
  EuiSpacer,
  EuiText,
} from '@elastic/eui';
import { CommandExample } from '@/components/home/command-example';
import { ColorModeSwitch } from '@/components/layout/color-mode-switch';
import { Providers } from '@/components/layout/providers';

export default function HomeScreen() {
  return (
    <Providers>
      <EuiPageTemplate restrictWidth={960}>
        <EuiPageTemplate.Header
          pageTitle="Watchfloor"
          description="Triage of EQL detections, on your own machine."
          rightSideItems={[<ColorModeSwitch key="color-mode" />]}
        />
        <EuiPageTemplate.Section>
          <WhatWorks />
          <EuiSpacer size="l" />
          <EuiFlexGroup direction="column" gutterSize="l">
            <EuiFlexItem grow={false}>
              <CommandExample
                title="Run rules over a recording"
                command={`./bin/watchfloor detect recording.ndjson.gz
./bin/watchfloor detect recording.ndjson.gz --rule my-rule.toml --json`}
              >
                Reads Windows events or ECS documents and prints each alert with the event of every
                stage. Without <EuiCode>--rule</EuiCode> the built-in rules run.
              </CommandExample>
            </EuiFlexItem>
            <EuiFlexItem grow={false}>
              <CommandExample
                title="Ask one EQL question"
                command={`./bin/watchfloor eql 'process where process.name == "cmd.exe"' events.ndjson`}
              >
                Runs one query over documents as they are and prints the events or sequences it
                finds.
              </CommandExample>
            </EuiFlexItem>
            <EuiFlexItem grow={false}>
              <CommandExample title="Check rules" command="./bin/watchfloor check rules/">
                Parses rules and <EuiCode>.eql</EuiCode> files and points at what is wrong, with
                line, column and a hint.
              </CommandExample>
            </EuiFlexItem>
          </EuiFlexGroup>
          <EuiSpacer size="l" />
          <EuiText size="s" color="subdued">
            <p>
              Every option: <EuiCode>./bin/watchfloor --help</EuiCode>. Recordings to try it on:{' '}
              <EuiLink href="https://github.com/OTRF/Security-Datasets" external target="_blank">
                Security-Datasets
              </EuiLink>
              .
            </p>
          </EuiText>
        </EuiPageTemplate.Section>
      </EuiPageTemplate>
    </Providers>
  );
}

function WhatWorks() {
  return (
    <EuiCallOut title="What works so far is the command line" iconType="info">
      <p>
        The queue of alerts, the investigation guide, exceptions and live Osquery are not here yet.
        The engine under them is: it runs EQL rules over recorded events, sequences included.
      </p>
    </EuiCallOut>
  );
}
