/** Lint rules of the web client: typed rules of typescript-eslint, the rules of hooks, and the layers of src/. */
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const forbidden = (folders, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex: `(^|/)(${folders.join('|')})/`, message }] }],
});

const letters = '/[A-Za-zÀ-ÿ]/';
const read =
  '/^(title|alt|label|placeholder|lead|hint|text|confirm|summary|aria-(label|description|roledescription|valuetext))$/';
const untranslated = 'Text that people see or hear stands in src/i18n, in both languages.';
const byLocale = 'src/i18n/format.ts writes dates and numbers in the reader’s language.';
/** Where text can stand in JSX, and what writes dates and numbers in the language of the browser or of nobody. */
const readByPeople = [
  [`JSXText[value=${letters}]`, untranslated],
  [`JSXAttribute[name.name=${read}] > Literal[value=${letters}]`, untranslated],
  [`JSXAttribute[name.name=${read}] > JSXExpressionContainer > Literal[value=${letters}]`, untranslated],
  [
    `JSXAttribute[name.name=${read}] > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${letters}]`,
    untranslated,
  ],
  ...['JSXElement', 'JSXFragment'].flatMap((parent) => [
    [`${parent} > JSXExpressionContainer > Literal[value=${letters}]`, untranslated],
    [`${parent} > JSXExpressionContainer > ConditionalExpression > Literal[value=${letters}]`, untranslated],
    [`${parent} > JSXExpressionContainer > LogicalExpression > Literal[value=${letters}]`, untranslated],
    [
      `${parent} > JSXExpressionContainer > TemplateLiteral > TemplateElement[value.raw=${letters}]`,
      untranslated,
    ],
  ]),
  [
    'MemberExpression[property.name=/^(toLocaleString|toLocaleDateString|toLocaleTimeString|toFixed)$/]',
    byLocale,
  ],
].map(([selector, message]) => ({ selector, message }));

export default tseslint.config(
  { ignores: ['dist', 'dist-gallery', 'public', 'node_modules', 'eslint.config.js'] },
  ...tseslint.configs.recommendedTypeChecked,
  // Where components and hooks stand: the rules compile every function that they see.
  { ...reactHooks.configs.flat.recommended, files: ['**/*.tsx', 'src/app/**', 'src/i18n/**', 'src/ui/**'] },
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
    files: ['src/**/*.tsx'],
    ignores: ['src/ui/gallery/**'],
    rules: { 'no-restricted-syntax': ['error', ...readByPeople] },
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
