/**
 * A decimal with its thousands grouped while it is typed, so that nobody miscounts zeros: `100,000,000`. The value is
 * plain text without groups; the caret stays at the digit where it was.
 */
import { type ChangeEvent, type ComponentProps, useLayoutEffect, useRef } from 'react';

/** Digits, point and comma of Korean and Japanese keyboards in their full width count as the usual ones. */
const plain = (text: string): string => text.normalize('NFKC').replaceAll(/[,\s]/g, '');
/** Commas that group thousands, or none: `1,5` from elsewhere means one and a half, and must not become fifteen. */
export const isGrouped = (text: string): boolean => !text.includes(',') || /^[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(text.normalize('NFKC').trim());
const isTyped = ({ nativeEvent }: ChangeEvent): boolean =>
  nativeEvent instanceof InputEvent && /^(insertText|insertComposition|delete|history)/.test(nativeEvent.inputType);
export const grouped = (text: string): string => text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','));

/** Where in the grouped text so many characters without groups lie before the caret. */
export function caretAt(text: string, before: number): number {
  let at = 0;
  for (let seen = 0; seen < before && at < text.length; at += 1) if (text[at] !== ',') seen += 1;
  return at;
}

interface Props extends Omit<ComponentProps<'input'>, 'onChange' | 'value' | 'type'> {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function GroupedInput({ value, onChange, ...props }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const before = useRef<number | null>(null);
  const shown = grouped(value);
  useLayoutEffect(() => {
    if (before.current === null || input.current === null) return;
    const at = caretAt(shown, before.current);
    input.current.setSelectionRange(at, at);
    before.current = null;
  });
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    const { value: text, selectionStart } = event.currentTarget;
    // As it came, so that it is seen to be no number.
    if (!isTyped(event) && !isGrouped(text)) return onChange(text);
    let next = plain(text);
    let digits = plain(text.slice(0, selectionStart ?? text.length)).length;
    // Only a comma was deleted: the digit before it was meant.
    if (next === value && text.length < shown.length && digits > 0) {
      next = next.slice(0, digits - 1) + next.slice(digits);
      digits -= 1;
    }
    before.current = digits;
    onChange(next);
  };
  return <input {...props} ref={input} type="text" inputMode="decimal" autoComplete="off" spellCheck={false} value={shown} onChange={change} />;
}
