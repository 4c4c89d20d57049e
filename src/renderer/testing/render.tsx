/** Draws a piece of the console in a test, on a snapshot, without an engine. */
import { render, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { I18nextProvider } from 'react-i18next';
import type { Snapshot } from '../../shared/contract/updates.ts';
import { ConsoleContext } from '../app/hooks.ts';
import { createReplica, follow, type Replica } from '../app/replica.ts';
import { createWords } from '../i18n/i18n.ts';
import type { Language } from '../stop/appearance.ts';
import { type FakeTransport, fakeTransport } from './fake-transport.ts';
import { fixtureSnapshot } from './fixture.ts';

export interface Drawn extends RenderResult {
  readonly fake: FakeTransport;
  readonly replica: Replica;
}

interface Options {
  readonly snapshot?: Snapshot;
  readonly language?: Language;
  /** Before the piece is drawn: answers to what it asks for at once. */
  readonly prepare?: (fake: FakeTransport) => void;
}

export function draw(piece: ReactNode, { snapshot = fixtureSnapshot(), language = 'en', prepare }: Options = {}): Drawn {
  const fake = fakeTransport(snapshot);
  prepare?.(fake);
  const replica = createReplica();
  follow(fake.transport, replica);
  const result = render(
    <I18nextProvider i18n={createWords(language)}>
      <ConsoleContext value={{ transport: fake.transport, replica }}>{piece}</ConsoleContext>
    </I18nextProvider>,
  );
  return { ...result, fake, replica };
}
