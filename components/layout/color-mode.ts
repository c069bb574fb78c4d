const choices = ['system', 'light', 'dark'] as const;

export type ColorModeChoice = (typeof choices)[number];

const cookie = 'watchfloor-color-mode';

/** Reads the analyst's choice out of a `Cookie` header or `document.cookie`. */
export function readColorModeChoice(cookies: string): ColorModeChoice {
  const pairs = cookies.split(/; */);
  return choices.find((choice) => pairs.includes(`${cookie}=${choice}`)) ?? 'system';
}

export function writeColorModeChoice(choice: ColorModeChoice): void {
  document.cookie = `${cookie}=${choice}; path=/; max-age=${365 * 24 * 60 * 60}; samesite=lax`;
}
