/**
 * The views of the console, in the order of the navigation. A view is one component in `features/NAME/view.tsx`; its
 * name is its address (`#NAME`), its test id (`view-NAME`), its namespace of words, and the key of its label there
 * (`title`). To add one: the folder, the two word files, an icon, a line here.
 */
import { type ComponentType, lazy } from 'react';
import type { IconName } from '../ui/icon.tsx';

export type ViewName = 'overview' | 'inbox' | 'orders' | 'risk' | 'journal' | 'settings';
export interface View {
  readonly name: ViewName;
  readonly icon: IconName;
  readonly component: ComponentType;
}

export const views: readonly View[] = [
  { name: 'overview', icon: 'overview', component: lazy(async () => ({ default: (await import('../features/overview/view.tsx')).OverviewView })) },
  { name: 'inbox', icon: 'inbox', component: lazy(async () => ({ default: (await import('../features/inbox/view.tsx')).InboxView })) },
  { name: 'orders', icon: 'orders', component: lazy(async () => ({ default: (await import('../features/orders/view.tsx')).OrdersView })) },
  { name: 'risk', icon: 'risk', component: lazy(async () => ({ default: (await import('../features/risk/view.tsx')).RiskView })) },
  { name: 'journal', icon: 'journal', component: lazy(async () => ({ default: (await import('../features/journal/view.tsx')).JournalView })) },
  { name: 'settings', icon: 'settings', component: lazy(async () => ({ default: (await import('../features/settings/view.tsx')).SettingsView })) },
];
