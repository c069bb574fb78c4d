import nextVitals from 'eslint-config-next/core-web-vitals';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Which folder may not import from which: app -> components -> lib, and the walls inside lib. */
const zones = [
  {
    target: './lib',
    from: ['./app', './components', './cli', './scripts', './e2e'],
    message: 'lib is true without a browser: it knows nothing of app, components or cli.',
  },
  {
    target: './lib/eql',
    from: './lib',
    except: ['./eql'],
    message: 'lib/eql imports only its own files.',
  },
  {
    target: './components',
    from: './app',
    message: 'app imports components, not the other way round.',
  },
  {
    target: './components',
    from: [
      './lib/storage',
      './lib/osquery',
      './lib/http',
      './lib/rules/executor.ts',
      './lib/rules/scheduler.ts',
      './lib/config.ts',
    ],
    message: 'Components use the pure parts of lib only.',
  },
  {
    target: './lib/storage/embedded',
    from: './lib/storage/elasticsearch',
    message: 'The adapters do not know each other.',
  },
  {
    target: './lib/storage/elasticsearch',
    from: './lib/storage/embedded',
    message: 'The adapters do not know each other.',
  },
  {
    target: ['./lib/!(storage)/**/*', './lib/storage/!(open-stores).ts', './app', './cli'],
    from: ['./lib/storage/embedded', './lib/storage/elasticsearch'],
    message: 'Only open-stores.ts imports an adapter.',
  },
  {
    target: ['./cli', './conformance', './bench', './fuzz'],
    from: ['./app', './components'],
    message: 'What runs without a browser uses lib only.',
  },
  {
    target: ['./app', './components'],
    from: ['./cli', './conformance', './bench', './fuzz', './scripts'],
    message: 'The app uses lib; it cannot be built from the command line.',
  },
  {
    target: './e2e',
    from: ['./app', './components', './lib', './cli'],
    message: 'End-to-end tests talk to the running product only.',
  },
];

export default defineConfig([
  globalIgnores(['.next', 'dist', 'data', 'test-results', 'next-env.d.ts']),
  ...nextVitals,
  {
    files: ['**/*.{ts,tsx,mts}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      // `async` functions without await keep a port's signature
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    settings: { 'import/resolver': { typescript: { project: import.meta.dirname } } },
    rules: {
      'no-sequences': 'error',
      // The search for strongly connected components costs more than it saves: twice the time of the whole lint.
      'import/no-cycle': ['error', { ignoreExternal: true, disableScc: true }],
      'import/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
    },
  },
  {
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ group: ['next', 'next/*'], message: 'lib knows nothing of next.' }],
        },
      ],
    },
  },
  {
    files: ['lib/eql/**/*.ts'],
    // Support of tests and fuzzing is no part of the package.
    ignores: ['**/*.test.ts', 'lib/eql/testing/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^[^.]', message: 'lib/eql imports neither packages nor node modules.' },
          ],
        },
      ],
    },
  },
]);
