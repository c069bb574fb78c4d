import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    environment: 'node',
    include: ['{components,lib,cli,rules,conformance,bench,fuzz,scripts}/**/*.test.ts'],
    setupFiles: ['scripts/vitest-setup.ts'],
  },
});
