import { address, deliver, expect, followMail, goToPayment, paidOrder, payWith, placeOrder, settled, test } from '../fixtures/people';
import type { Page } from '@playwright/test';

/** Moves everybody's clock: this file runs alone, after all others. */
async function later(page: Page, button: string) {
  await page.goto('/sandbox');
  await page.getByRole('button', { name: button, exact: true }).click();
  await expect(page.getByText('ahead of the machine')).toBeVisible();
}

test('silence ends every order, after a reminder', async ({ open }) => {
  test.setTimeout(180_000);
  const { seller, buyer, sellerPath, link, guest } = await paidOrder(open);
  await deliver(seller, sellerPath);
  const other = address('guest');
  const lateBuyer = await open();
  await placeOrder(seller, other, 'A table');
  const late = await goToPayment(lateBuyer, other);
  await payWith(lateBuyer, '4242 4242 4242 4242', late, 'Where the money is');

  const clock = await open();
  await later(clock, '12 hours later');
  await later(clock, '1 day later');
  await followMail(clock, guest, /please accept or reject/);
  await expect(clock.getByRole('link', { name: 'Accept', exact: true })).toBeVisible();

  await later(clock, '3 days later');
  await settled(buyer, link, 'took the delivery for accepted: the buyer did not answer in time');
  await settled(buyer, link, 'completed the order: everybody is paid');
  await later(clock, '3 days later');
  await settled(lateBuyer, late, 'cancelled the order: it was not delivered in time');
  await settled(lateBuyer, late, 'completed the order: everybody is paid');
  await expect(lateBuyer.getByRole('figure', { name: 'Where the money is' })).toContainText('13,000.00');
});
