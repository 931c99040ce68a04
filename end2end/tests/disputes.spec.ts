import { PIXEL, deliver, expect, paidOrder, reject, settled, signIn, test } from '../fixtures/people';
import type { Page } from '@playwright/test';

/** An order whose rejection the seller does not accept. */
async function disputed(open: () => Promise<Page>) {
  const order = await paidOrder(open);
  await deliver(order.seller, order.sellerPath);
  await reject(order.buyer, order.link, 'Damaged', 'A leg is broken', PIXEL);
  await order.seller.goto(order.sellerPath);
  await order.seller.getByRole('link', { name: 'Item is not in good condition' }).click();
  await order.seller.getByLabel('What is wrong with it?').fill('It came back without its cushion');
  await order.seller.getByRole('button', { name: 'Say it is not in good condition' }).click();
  await expect(order.seller.locator('.status').first()).toHaveText('Dispute');
  return order;
}

test('two sides of a dispute divide the money between them', async ({ open }) => {
  const { seller, buyer, sellerPath, link } = await disputed(open);
  await buyer.goto(link);
  await buyer.getByRole('link', { name: 'Open the dispute room' }).click();
  await expect(buyer.getByRole('region', { name: /still settle this/ })).toContainText('is held in escrow');
  await expect(buyer.getByRole('region', { name: "The seller's story" })).toContainText('without its cushion');
  await buyer.getByLabel('Write a message').fill('Keep a part and we are done');
  await buyer.getByRole('button', { name: 'Send message' }).click();
  await expect(buyer.getByText('Keep a part and we are done')).toBeVisible();

  await buyer.getByLabel('The buyer gets back').fill('99,999');
  await buyer.getByRole('button', { name: 'Review the offer' }).click();
  await expect(buyer.getByRole('alert')).toBeVisible();
  await buyer.getByLabel('The buyer gets back').fill('5,000');
  await buyer.getByRole('button', { name: 'Review the offer' }).click();
  await expect(buyer.locator('.review').first()).toContainText('5,200.00');
  await expect(buyer.locator('.review').first()).toContainText('7,383.00');
  await buyer.getByRole('button', { name: 'Send the offer' }).click();

  await seller.goto(`${sellerPath}/dispute`);
  await expect(seller.getByText('Keep a part and we are done')).toBeVisible();
  await seller.getByRole('link', { name: 'Accept this division' }).click();
  await expect(seller.locator('.review')).toContainText('7,383.00');
  await seller.getByRole('button', { name: 'Accept and divide' }).click();
  await settled(buyer, link, 'completed the order: everybody is paid');
  await expect(buyer.getByRole('figure', { name: 'Where the money is' })).toContainText('5,200.00');
  await seller.goto('/earnings');
  await expect(seller.getByRole('table', { name: /Nigerian naira/ }).getByRole('row', { name: /Paid to your bank/ })).toContainText('−₦7,383.00');
});

test('the dispute manager rules with a reason', async ({ open }) => {
  const { seller, buyer, sellerPath, link } = await disputed(open);
  await seller.goto(`${sellerPath}/raise-dispute`);
  await seller.getByLabel('What should the dispute manager know?').fill('The cushion is worth half');
  await seller.getByRole('button', { name: 'Raise the dispute' }).click();
  const manager = await open();
  await signIn(manager, 'disputes@example.test');
  await manager.goto('/disputes');
  await manager.goto(`${sellerPath}/dispute`);
  await expect(manager.getByRole('region', { name: "The buyer's story" })).toContainText('A leg is broken');
  await manager.getByLabel('Half each').check();
  await manager.getByRole('button', { name: 'Review the ruling' }).click();
  await manager.getByRole('button', { name: 'Rule', exact: true }).click();
  await expect(manager.getByRole('alert')).toContainText('to correct');
  await manager.getByLabel('Reason').selectOption('Both share the fault');
  await manager.getByLabel('Explanation').fill('Both sides erred');
  await manager.getByRole('button', { name: 'Rule', exact: true }).click();
  await settled(buyer, link, 'completed the order: everybody is paid');
  await expect(buyer.getByText('Both sides erred').first()).toBeVisible();
  await expect(buyer.getByRole('figure', { name: 'Where the money is' })).toContainText('6,500.00');
});

test('a buyer who cancels late sees the fee before it is taken', async ({ open }) => {
  const { seller, buyer, sellerPath, link } = await paidOrder(open, async (seller) => {
    await seller.goto('/settings/terms');
    await seller.getByLabel('Free hours').fill('0');
    await seller.getByLabel('Fee after that').fill('1,000');
    await seller.getByRole('button', { name: 'Save terms' }).click();
    await expect(seller.getByText('Saved. New orders start from these terms.')).toBeVisible();
  });
  await buyer.goto(`${link}/cancel`);
  await expect(buyer.locator('.review')).toContainText('11,500.00');
  await expect(buyer.locator('.review')).toContainText('1,000.00');
  await buyer.getByRole('button', { name: /Cancel and get back ₦11,500.00/ }).click();
  await settled(buyer, link, 'completed the order: everybody is paid');
  await expect(buyer.getByRole('figure', { name: 'Where the money is' })).toContainText('11,500.00');
  await seller.goto(sellerPath);
  await expect(seller.getByRole('figure', { name: 'Where the money is' })).toContainText('1,000.00');
});
