/** Lint rules of the web client: typed rules of typescript-eslint, the rules of hooks, and the layers of src/. */
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const forbidden = (folders, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: `(^|/)(${folders.join('|')})/`, message }] }],
});

export default tseslint.config(
  { ignores: ['dist', 'dist-gallery', 'public', 'node_modules', 'eslint.config.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  reactHooks.configs.flat.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-eval': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Trusted Types: build nodes, never HTML text.' },
        { property: 'dangerouslySetInnerHTML', message: 'Trusted Types: build nodes, never HTML text.' },
      ],
    },
  },
  {
    files: ['src/preview/**'],
    rules: forbidden(
      ['crypto', 'api', 'vault', 'worker'],
      'The sandboxed preview knows bytes and a mime type, nothing of the vault.',
    ),
  },
  {
    files: ['src/ui/components/**', 'src/ui/pages/**'],
    rules: forbidden(
      ['crypto', 'api', 'vault', 'worker'],
      'Pages and components take data and callbacks; src/ui/app wires them.',
    ),
  },
  {
    files: ['src/crypto/**'],
    rules: forbidden(['api', 'vault', 'ui', 'worker', 'i18n'], 'crypto: bytes in, bytes out.'),
  },
);
