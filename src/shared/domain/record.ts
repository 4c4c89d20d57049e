/** Own-property access: keys come from outside, and a signal may well be called "constructor". */

/** The own value at a key; never one inherited from the prototype. */
export function own<K extends string, V>(record: Readonly<Partial<Record<K, V>>>, key: K): V | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The own value at a key that is known to be there. @throws Error when it is not: that is a bug */
export function there<K extends string, V>(record: Readonly<Partial<Record<K, V>>>, key: K): V {
  const value = own(record, key);
  if (value === undefined) throw new Error(`Invariant: there is ${key}`);
  return value;
}

/** A copy with one key set. */
export function withKey<K extends string, V>(record: Readonly<Record<K, V>>, key: K, value: V): Readonly<Record<K, V>> {
  const copy = copyOf(record);
  copy[key] = value;
  return copy;
}

/** A copy without some keys. */
export function withoutKey<K extends string, V>(record: Readonly<Record<K, V>>, ...keys: readonly K[]): Readonly<Record<K, V>> {
  const copy = copyOf(record);
  for (const key of keys) delete copy[key];
  return copy;
}

/**
 * Without a prototype an object is a table of keys from its first one on. A spread of some hundred keys is laid out as a
 * class of its own instead, anew at every key where it differs from the one before: megabytes for one change.
 */
function copyOf<K extends string, V>(record: Readonly<Record<K, V>>): Record<K, V> {
  const copy = Object.create(null) as Record<K, V>;
  for (const key in record) copy[key] = record[key];
  return copy;
}

/** A copy with every value replaced. */
export const mapValues = <K extends string, V, W>(record: Readonly<Record<K, V>>, change: (value: V) => W): Readonly<Record<K, W>> =>
  Object.fromEntries(Object.entries<V>(record).map(([key, value]) => [key, change(value)])) as Readonly<Record<K, W>>;
