import { fileURLToPath } from 'node:url';

/** ccxt's package exports only its whole; this alias lets builds and tests take the two exchanges alone. */
export const ccxtAlias = { 'ccxt/js': fileURLToPath(new URL('./node_modules/ccxt/js', import.meta.url)) };
