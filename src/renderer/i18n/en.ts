/** Every namespace of the English dictionary. */
import codes from './en/codes.json' with { type: 'json' };
import inbox from './en/inbox.json' with { type: 'json' };
import journal from './en/journal.json' with { type: 'json' };
import orders from './en/orders.json' with { type: 'json' };
import overview from './en/overview.json' with { type: 'json' };
import risk from './en/risk.json' with { type: 'json' };
import settings from './en/settings.json' with { type: 'json' };
import shell from './en/shell.json' with { type: 'json' };
import ui from './en/ui.json' with { type: 'json' };

export const en = { codes, inbox, journal, orders, overview, risk, settings, shell, ui };
