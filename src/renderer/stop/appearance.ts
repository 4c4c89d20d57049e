/** Language and theme, as they are known before the engine was heard: from the last visit, else from the system. */
export type Language = 'ko' | 'en';
export type Theme = 'dark' | 'light' | 'system';
export interface Appearance {
  readonly language: Language;
  readonly theme: Theme;
}

const storageKey = 'kimp.appearance';

export const systemLanguage = (): Language => (navigator.language.toLowerCase().startsWith('ko') ? 'ko' : 'en');
const isTheme = (value: unknown): value is Theme => value === 'dark' || value === 'light' || value === 'system';

/** What local storage has; a browser that denies it, or a value of another version, counts as nothing. */
function stored(): { language?: unknown; theme?: unknown } {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? 'null');
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return {};
    throw error;
  }
}

export function rememberedAppearance(): Appearance {
  const { language, theme } = stored();
  return { language: language === 'ko' || language === 'en' ? language : systemLanguage(), theme: isTheme(theme) ? theme : 'system' };
}

export function applyAppearance({ language, theme }: Appearance): void {
  document.documentElement.lang = language;
  document.documentElement.dataset['theme'] = theme;
}

export function rememberAppearance(appearance: Appearance): void {
  try {
    localStorage.setItem(storageKey, JSON.stringify(appearance));
  } catch (error) {
    // Storage that is full or denied costs a flash at the next start, nothing else.
    if (!(error instanceof DOMException)) throw error;
  }
}
