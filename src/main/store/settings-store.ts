/**
 * Settings and preferences in one JSON file, held by lowdb over our own durable adapter.
 *
 * 1. A file that is broken, or holds a key or value we do not know, is refused with its name and the problem: a limit
 *    is never guessed. A setting that an older file lacks has its default.
 * 2. A change is on disk before it counts; one that could not be written did not happen.
 * 3. Nothing of trading is in here: no order, position, approval or stop. Those are in the journal, as is each change.
 */
import { type Adapter, Low } from 'lowdb';
import { z } from 'zod';
import { preferences } from '../../shared/contract/parts.ts';
import { defaultSettings, defaultSettingsText, type Settings, settingsSchema, settingText, withSetting } from '../../shared/domain/settings.ts';
import { OneByOne } from '../../shared/one-by-one.ts';
import { parseJson, previousOf, readDurably, writeDurably } from './durable-file.ts';
import { type FileOperations, realFiles, systemErrorText } from './file-operations.ts';

const { language, theme } = preferences.shape;
/** The file has what a person chose; what is absent is as the contract says it is then. */
const preferencesSchema = z.strictObject({ language: language.unwrap().exactOptional(), theme: theme.exactOptional() });
/** How the console looks to this person; no trade depends on it. */
export type Preferences = Readonly<z.output<typeof preferencesSchema>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const fileSchema = z.strictObject({
  settings: z.preprocess((stored) => (isObject(stored) ? { ...defaultSettingsText, ...stored } : stored), settingsSchema),
  preferences: preferencesSchema.default({}),
});
type Content = z.output<typeof fileSchema>;

export type Change = { readonly ok: true; readonly old: string; readonly new: string } | { readonly ok: false; readonly reason: string };

export interface SettingsStore {
  readonly settings: Settings;
  readonly preferences: Preferences;
  /** Changes one setting, given as text. @returns its old and new text, for the journal, once the change is on disk */
  set(name: string, value: string): Promise<Change>;
  /** Changes one preference, given as text; null takes it back. @returns the same; text is empty where it is not set */
  setPreference(name: string, value: string | null): Promise<Change>;
}

export type OpenedSettings =
  | { readonly ok: true; readonly store: SettingsStore }
  | { readonly ok: false; readonly file: string; readonly reason: string };

/** Opens the settings file; where there is none, all settings have their defaults and the first change writes it. */
export async function openSettings(file: string, files: FileOperations = realFiles): Promise<OpenedSettings> {
  const db = new Low<Content>(durableAdapter(file, files), { settings: defaultSettings, preferences: {} });
  try {
    await db.read();
  } catch (error) {
    if (error instanceof UnusableFile) return { ok: false, file, reason: error.message };
    throw error;
  }
  return { ok: true, store: storeOn(db) };
}

/** The only way that lowdb's adapter has to refuse; never leaves this file. */
class UnusableFile extends Error {}

function durableAdapter(file: string, files: FileOperations): Adapter<Content> {
  return {
    async read() {
      // Any text counts as whole here, so the previous generation is read only where a crash left no current one.
      const read = await readDurably(file, (content) => content);
      if (!read.ok) {
        if (read.kind === 'missing') return null;
        throw new UnusableFile(read.reason);
      }
      const problem = (said: string): UnusableFile => new UnusableFile(`${file}: ${said}. Correct it, or put ${previousOf(file)} in its place`);
      const content = parseJson(read.value);
      if (content === undefined) throw problem('it is not JSON');
      const parsed = fileSchema.safeParse(content);
      if (!parsed.success) throw problem(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
      return parsed.data;
    },
    write: (content) => writeDurably(file, `${JSON.stringify(content, null, 2)}\n`, { files }),
  };
}

type Draft = (Extract<Change, { ok: true }> & { readonly content: Content }) | Extract<Change, { ok: false }>;

function storeOn(db: Low<Content>): SettingsStore {
  // Two changes at once would each write over what the other changed.
  const changes = new OneByOne();
  // What is on disk; lowdb's own data runs ahead of it while a write is under way.
  let current = db.data;

  const change = (make: (before: Content) => Draft): Promise<Change> =>
    changes.run(async () => {
      const made = make(current);
      if (!made.ok) return made;
      db.data = made.content;
      try {
        await db.write();
      } catch (error) {
        db.data = current;
        return { ok: false, reason: `Not changed, the disk refused: ${systemErrorText(error)}` };
      }
      current = made.content;
      return { ok: true, old: made.old, new: made.new };
    });

  return {
    get settings() {
      return current.settings;
    },
    get preferences() {
      return current.preferences;
    },
    set: (name, value) =>
      change((before) => {
        const next = withSetting(before.settings, name, value);
        if (!next.ok) return next;
        const content = { ...before, settings: next.settings };
        return { ok: true, content, old: settingText(before.settings, next.name), new: settingText(next.settings, next.name) };
      }),
    setPreference: (name, value) =>
      change((before) => {
        const { [name]: _old, ...rest }: Record<string, unknown> = before.preferences;
        const parsed = preferencesSchema.safeParse(value === null ? rest : { ...rest, [name]: value });
        if (!parsed.success) return { ok: false, reason: `${name}: ${parsed.error.issues[0]?.message ?? 'not valid'}, was ${value}` };
        const old: string | undefined = Object.entries(before.preferences).find(([key]) => key === name)?.[1];
        return { ok: true, content: { ...before, preferences: parsed.data }, old: old ?? '', new: value ?? '' };
      }),
  };
}
