'use client';

import { EuiButtonGroup } from '@elastic/eui';
import type { ColorModeChoice } from '@/components/layout/color-mode';
import { useColorModeControl } from '@/components/layout/providers';

const options: { id: ColorModeChoice; label: string }[] = [
  { id: 'system', label: 'System' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
];

export function ColorModeSwitch() {
  const { choice, choose } = useColorModeControl();
  return (
    <EuiButtonGroup
      legend="Colour mode"
      buttonSize="compressed"
      options={options}
      idSelected={choice}
      onChange={(id) => choose(id as ColorModeChoice)}
    />
  );
}
