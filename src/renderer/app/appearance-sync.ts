/** Keeps page, dictionary and stop bar in the language and theme that the engine's preferences say. */
import type { i18n } from 'i18next';
import { applyAppearance, rememberAppearance, rememberedAppearance, systemLanguage } from '../stop/appearance.ts';
import type { StopBar } from '../stop/bar.ts';
import type { Replica, ReplicaState } from './replica.ts';

export function followAppearance(replica: Replica, words: i18n, bar: StopBar): () => void {
  const follow = ({ parts }: ReplicaState, before?: ReplicaState) => {
    if (parts === null) return;
    if (parts.standing.stop !== before?.parts?.standing.stop || before.parts === null) bar.show(parts.standing.stop !== null);
    if (parts.preferences === before?.parts?.preferences) return;
    const { theme } = parts.preferences;
    const language = parts.preferences.language ?? systemLanguage();
    const known = rememberedAppearance();
    if (known.language === language && known.theme === theme && words.language === language) return;
    rememberAppearance({ language, theme });
    applyAppearance({ language, theme });
    void words.changeLanguage(language);
    bar.reword();
  };
  follow(replica.getState());
  return replica.subscribe(follow);
}
