'use client';

import { useState, useSyncExternalStore } from 'react';
import {
  type ColorModeChoice,
  readColorModeChoice,
  writeColorModeChoice,
} from '@/components/layout/color-mode';

export interface ColorModeControl {
  /** What to draw. */
  readonly colorMode: 'light' | 'dark';
  readonly choice: ColorModeChoice;
  readonly choose: (choice: ColorModeChoice) => void;
}

/** In the browser only. */
export function useColorMode(): ColorModeControl {
  const [choice, setChoice] = useState(() => readColorModeChoice(document.cookie));
  const isSystemDark = useSyncExternalStore(watchSystem, () => systemIsDark().matches);
  const choose = (next: ColorModeChoice) => {
    writeColorModeChoice(next);
    document.documentElement.dataset.colorMode = next;
    setChoice(next);
  };
  const system = isSystemDark ? 'dark' : 'light';
  return { colorMode: choice === 'system' ? system : choice, choice, choose };
}

function watchSystem(onChange: () => void) {
  const query = systemIsDark();
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

function systemIsDark() {
  return window.matchMedia('(prefers-color-scheme: dark)');
}
