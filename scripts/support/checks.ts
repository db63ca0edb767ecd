/** The checks that read the sources: their program inside node_modules and its arguments. */
export const checks = [
  { name: 'types (tsc)', program: 'node_modules/typescript/bin/tsc', args: ['--noEmit'] },
  {
    name: 'lint, format, import order (biome)',
    program: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check', '--error-on-warnings', '.'],
  },
  { name: 'unused files, exports, dependencies (knip)', program: 'node_modules/knip/bin/knip.js', args: [] },
] as const
