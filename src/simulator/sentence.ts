import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Says why input is not valid: the place and the first thing wrong there. */
export function sentence(error: z.ZodError): string {
  const { place, message } = nearest(error.issues, []);
  return place.length === 0 ? message : `${place.join('.')}: ${message}`;
}

function nearest(issues: readonly Issue[], within: readonly PropertyKey[]): { place: readonly string[]; message: string } {
  const issue = issues[0];
  if (issue === undefined) return { place: within.map(String), message: 'not valid' };
  const place = [...within, ...issue.path];
  // Of several forms that input may have, the one with the fewest faults is the one that was meant.
  const branches = issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => a.length - b.length) : [];
  const [meant] = branches;
  return meant === undefined ? { place: place.map(String), message: issue.message } : nearest(meant, place);
}
