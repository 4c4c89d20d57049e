/** Decimal text above zero, as the contract takes it from a person (src/shared/contract/values.ts). */
export const isAmount = (text: string): boolean => /^(0|[1-9]\d{0,11})(\.\d{1,12})?$/.test(text) && /[1-9]/.test(text);
/** A coin's name, as the contract takes it. */
export const isCoinName = (text: string): boolean => /^[A-Z0-9]{1,20}$/.test(text);
