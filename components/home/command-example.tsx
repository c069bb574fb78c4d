'use client';

import { EuiCodeBlock, EuiPanel, EuiSpacer, EuiText, EuiTitle } from '@elastic/eui';
import type { ReactNode } from 'react';

interface CommandExampleProps {
  readonly title: string;
  readonly command: string;
  readonly children: ReactNode;
}

export function CommandExample({ title, command, children }: CommandExampleProps) {
  return (
    <EuiPanel hasBorder hasShadow={false}>
      <EuiTitle size="xs">
        <h2>{title}</h2>
      </EuiTitle>
      <EuiText size="s">
        <p>{children}</p>
      </EuiText>
      <EuiSpacer size="s" />
      <EuiCodeBlock language="bash" fontSize="m" paddingSize="m" isCopyable>
        {command}
      </EuiCodeBlock>
    </EuiPanel>
  );
}
