/** Approval: tickets in the inbox, a person's yes and no, and what happens when nobody answers. */
import { at, expect, test } from '../kit/console.ts';
import { enter, exit } from '../kit/signals.ts';

test('approves, declines and lets expire', async ({ console: page, running }) => {
  await at(page, 'view-inbox').click();
  const approved = await enter(running.folder, '0.01');
  await expect(at(page, `signal-${approved}`)).toHaveAttribute('data-state', 'awaitingApproval');
  await at(page, `approve-${approved}`).click();
  await expect(at(page, `signal-${approved}`)).toHaveAttribute('data-state', 'executed');

  const declined = await enter(running.folder, '0.01');
  await at(page, `decline-${declined}`).click();
  await expect(at(page, `signal-${declined}`)).toHaveAttribute('data-state', 'declined');

  const { feed, freshId } = await import('../kit/signals.ts');
  const expired = await feed(running.folder, { id: freshId('late'), action: 'ENTER', quantity: '0.01', expiresAt: Date.now() + 2500 });
  await expect(at(page, `approve-${expired}`)).toBeVisible();
  await expect(at(page, `signal-${expired}`)).toHaveAttribute('data-state', 'expired');
  await expect(at(page, `approve-${expired}`)).toHaveCount(0);

  const hedges = running.program.lines.filter((line) => line.event === 'hedge').map((line) => line['hedge']);
  expect(new Set(hedges)).toEqual(new Set([approved]));
});

test('a ticket shows what approving would do, kept fresh', async ({ console: page, running }) => {
  await at(page, 'view-inbox').click();
  const id = await enter(running.folder, '0.05');
  const ticket = at(page, `signal-${id}`);
  await expect(ticket).toContainText('0.05');
  await expect(ticket).toContainText(/%/);
  await expect(ticket).toContainText(/₩|KRW/);
});

test('auto executes at once; manual takes back what was queued and asks again', async ({ console: page, running }) => {
  await at(page, 'approval-auto').click();
  await expect(at(page, 'approval-auto')).toBeChecked();
  const first = await enter(running.folder, '0.01');
  await at(page, 'view-overview').click();
  await expect(at(page, `hedge-${first}`)).toHaveAttribute('data-state', 'hedged');
  await at(page, 'approval-manual').click();
  await expect(at(page, 'approval-manual')).toBeChecked();
  const close = await exit(running.folder);
  await at(page, 'view-inbox').click();
  await expect(at(page, `signal-${close}`)).toHaveAttribute('data-state', 'awaitingApproval');
  await at(page, `approve-${close}`).click();
  await expect(at(page, `signal-${close}`)).toHaveAttribute('data-state', 'executed');
  await at(page, 'view-overview').click();
  await expect(at(page, `hedge-${first}`)).toHaveAttribute('data-state', 'flat');
});

test('malformed and refused signals are there with their reason', async ({ console: page, running }) => {
  const { append, feed, freshId } = await import('../kit/signals.ts');
  await append(running.folder, '{"id":"broken","action":"ENTER"\n');
  const risky = await feed(running.folder, { id: freshId('risky'), action: 'ENTER', quantity: '0.01', risk: '0.9' });
  await at(page, 'view-inbox').click();
  await at(page, `approve-${risky}`).click();
  await expect(at(page, `signal-${risky}`)).toHaveAttribute('data-state', 'rejected');
  await expect(at(page, `signal-${risky}`)).toContainText('0.9');
  await expect(page.locator('[data-state="malformed"]').first()).toBeVisible();
});
