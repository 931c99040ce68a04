import { address, expect, goToPayment, payAgain, payWith, placeOrder, settled, signUp, test } from '../fixtures/people';
import type { Page } from '@playwright/test';

async function unpaid(open: () => Promise<Page>) {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const guest = address('guest');
  await placeOrder(seller, guest);
  return { buyer, link: await goToPayment(buyer, guest) };
}

test('a refused payment says why and can be tried again', async ({ open }) => {
  const { buyer, link } = await unpaid(open);
  await buyer.getByLabel('Card or bank account number').fill('1234');
  await buyer.getByRole('button', { name: /^Pay / }).click();
  await expect(buyer.getByText('Use one of the test numbers below').first()).toBeVisible();
  await expect(buyer.getByLabel('Card or bank account number')).toHaveValue('1234');
  await payWith(buyer, '4000 0000 0000 0002', link, 'The bank declined the payment.');
  await payAgain(buyer);
  await payWith(buyer, '0000000003', link, 'There is not enough money on this account.');
  await payAgain(buyer);
  await payWith(buyer, '0000000001', link, 'held in escrow');
});

test('a payment that is reported twice is held once', async ({ open }) => {
  const { buyer, link } = await unpaid(open);
  await payWith(buyer, '4000 0000 0000 0077', link, 'held in escrow');
  await expect(buyer.getByRole('row', { name: /You paid/ })).toContainText('13,000.00');
});

test('a wrong amount is kept safe and the order stays unpaid', async ({ open }) => {
  const { buyer, link } = await unpaid(open);
  await payWith(buyer, '4000 0000 0000 0093', link, 'Money arrived that does not fit this order');
  await expect(buyer.locator('.status').first()).toHaveText('Awaiting Payment');
});

test('a pending payment is shown as such, blocks another, and then succeeds or fails', async ({ open }) => {
  const { buyer, link } = await unpaid(open);
  await payWith(buyer, '4000 0000 0000 3220', link, 'Your payment is on its way');
  await buyer.getByRole('button', { name: /Review and pay/ }).click();
  await buyer.getByRole('button', { name: /^Pay / }).click();
  await expect(buyer.getByText('is on its way already')).toBeVisible();
  await settled(buyer, link, 'held in escrow');
});
