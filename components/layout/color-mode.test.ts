import { expect, it } from 'vitest';
import { readColorModeChoice } from './color-mode';

it.each([
  ['', 'system'],
  ['a=b', 'system'],
  ['a=b; watchfloor-color-mode=dark', 'dark'],
  ['watchfloor-color-mode=light; a=b', 'light'],
  ['watchfloor-color-mode=purple', 'system'],
  ['other-watchfloor-color-mode=dark', 'system'],
])('reads the choice of colour mode out of "%s"', (cookies, choice) => {
  expect(readColorModeChoice(cookies)).toBe(choice);
});
