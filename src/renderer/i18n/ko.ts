/** Every namespace of the Korean dictionary. */
import codes from './ko/codes.json' with { type: 'json' };
import inbox from './ko/inbox.json' with { type: 'json' };
import journal from './ko/journal.json' with { type: 'json' };
import orders from './ko/orders.json' with { type: 'json' };
import overview from './ko/overview.json' with { type: 'json' };
import risk from './ko/risk.json' with { type: 'json' };
import settings from './ko/settings.json' with { type: 'json' };
import shell from './ko/shell.json' with { type: 'json' };
import ui from './ko/ui.json' with { type: 'json' };

export const ko = { codes, inbox, journal, orders, overview, risk, settings, shell, ui };
