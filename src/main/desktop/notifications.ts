/** Notifications of the operating system. They are never the only word on anything: the page says all of it too. */
import { Notification } from 'electron';

export interface Shown {
  readonly title: string;
  readonly body: string;
  /** Stays until it is seen, where the system can do that. */
  readonly isUrgent?: boolean;
}

export class Notifications {
  /** One that is collected as garbage takes its click with it. */
  readonly #shown = new Set<Notification>();
  readonly #onClick: () => void;

  constructor(onClick: () => void) {
    this.#onClick = onClick;
  }

  show({ title, body, isUrgent = false }: Shown): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body, urgency: isUrgent ? 'critical' : 'normal', silent: !isUrgent });
    this.#shown.add(notification);
    const forget = (): void => void this.#shown.delete(notification);
    notification.on('close', forget);
    notification.on('failed', forget);
    notification.on('click', () => {
      forget();
      this.#onClick();
    });
    notification.show();
  }
}
