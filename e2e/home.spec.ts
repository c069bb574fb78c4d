import { expect, expectAccessible, test } from './fixtures';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 1024]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 } });

      test('a newcomer learns what works and how to try it', async ({ page }, testInfo) => {
        await page.goto('/');
        await expect(page.getByRole('heading', { name: 'Watchfloor', level: 1 })).toBeVisible();
        await expect(page.getByText('What works so far is the command line')).toBeVisible();
        await expect(page.getByText('./bin/watchfloor check rules/')).toBeVisible();
        await expect(page.locator('html')).toHaveCSS('color-scheme', 'light dark');
        await page.screenshot({ path: testInfo.outputPath('home.png'), fullPage: true });
        await expectAccessible(page);
      });
    });
  }
}

test('the chosen colour mode outlives a reload', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/');
  const title = page.getByRole('heading', { name: 'Watchfloor', level: 1 });
  await expect(title).toBeVisible();
  const lightInk = await title.evaluate((heading) => getComputedStyle(heading).color);
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(title).not.toHaveCSS('color', lightInk);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Dark' })).toHaveAttribute('aria-pressed', 'true');
  await expect(title).not.toHaveCSS('color', lightInk);
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark');
  await expectAccessible(page);
});
