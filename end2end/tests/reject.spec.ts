import { deliver, expect, paidOrder, reject, settled, test } from '../fixtures/people';

test('a rejection that the seller confirms is refunded in full', async ({ open }) => {
  const { seller, buyer, sellerPath, link } = await paidOrder(open);
  await deliver(seller, sellerPath);
  await buyer.goto(link);
  await buyer.getByRole('link', { name: 'Reject' }).click();
  await buyer.getByRole('button', { name: 'Reject the delivery' }).click();
  await expect(buyer.getByRole('alert')).toContainText('2 things to correct');
  await buyer.getByLabel('Damaged').check();
  await buyer.getByLabel('What happened?').fill('A leg is broken');
  await buyer.getByRole('button', { name: 'Reject the delivery' }).click();
  await expect(buyer.locator('.status').first()).toHaveText('Rejection Under Review');

  await seller.goto(sellerPath);
  await expect(seller.getByText('A leg is broken')).toBeVisible();
  await seller.getByRole('link', { name: 'Item is back in good condition' }).click();
  await expect(seller.locator('.review')).toContainText('13,000.00');
  await seller.getByRole('button', { name: /Confirm and refund/ }).click();
  await settled(buyer, link, 'completed the order: everybody is paid');
  await expect(buyer.getByRole('figure', { name: 'Where the money is' })).toContainText('refunded');
});

test('a second delivery is offered, agreed and accepted', async ({ open }) => {
  const { seller, buyer, sellerPath, link } = await paidOrder(open);
  await deliver(seller, sellerPath);
  await reject(buyer, link, 'Wrong item', 'This is a stool');
  await seller.goto(`${sellerPath}/offer-second-delivery`);
  await seller.getByRole('button', { name: 'Offer a second delivery' }).click();
  await buyer.goto(link);
  await buyer.getByRole('link', { name: 'Agree to a second delivery' }).click();
  await buyer.getByRole('button', { name: 'Agree' }).click();
  await expect(buyer.locator('.status').first()).toHaveText('Pending II');
  await deliver(seller, sellerPath);
  await buyer.goto(`${link}/accept`);
  await buyer.getByRole('button', { name: /Accept and release/ }).click();
  await settled(buyer, link, 'completed the order: everybody is paid');
});
