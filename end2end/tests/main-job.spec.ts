import { PIXEL, deliver, expect, paidOrder, settled, test } from '../fixtures/people';

test('a seller is paid when a buyer without an account accepts', async ({ open }) => {
  const { seller, buyer, sellerPath, link } = await paidOrder(open);
  await expect(buyer.getByRole('figure', { name: 'Where the money is' })).toContainText('13,000.00');
  await deliver(seller, sellerPath, PIXEL);
  await expect(seller.getByText('Marked as delivered.')).toBeVisible();

  await buyer.goto(link);
  await expect(buyer.getByText('Handed over at the gate')).toBeVisible();
  await expect(buyer.getByRole('img', { name: 'proof.png' })).toBeVisible();
  await buyer.getByRole('link', { name: 'Accept', exact: true }).click();
  await expect(buyer.locator('.review')).toContainText('12,305.00');
  await buyer.getByRole('button', { name: /Accept and release/ }).click();
  await expect(buyer.getByText('Accepted. The money is released')).toBeVisible();
  await settled(buyer, link, 'completed the order: everybody is paid');

  await seller.goto('/earnings');
  const statement = seller.getByRole('table', { name: /Nigerian naira/ });
  await expect(statement.getByRole('row', { name: /Released from escrow/ })).toContainText('12,305.00');
  await expect(statement.getByRole('row', { name: /Paid to your bank/ })).toContainText('−₦12,305.00');
  await expect(seller.getByRole('region', { name: /Nigerian naira/ }).getByText('Owed to you now')).toContainText('₦0.00');
});
