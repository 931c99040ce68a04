import { PIXEL, address, deliver, expect, openStorefront, payAgain, payWith, readyForPayouts, settled, signUp, test } from '../fixtures/people';
import type { Page } from '@playwright/test';

/** Offers a service in the signed-in seller's name. */
async function offer(seller: Page, title: string, provider?: string) {
  await seller.goto('/listings/new');
  await seller.getByLabel('A service').check();
  await seller.getByLabel('Title').fill(title);
  await seller.getByLabel('Category').fill('Home');
  await seller.getByLabel('Amount').fill('12,500');
  if (provider) await seller.getByLabel('Service provider').selectOption({ label: provider });
  await seller.getByRole('button', { name: 'Save listing' }).click();
  await expect(seller.getByText('The listing is saved.')).toBeVisible();
  await seller.getByLabel('Add pictures').setInputFiles(PIXEL);
  await seller.getByRole('button', { name: 'Upload' }).click();
  await expect(seller.getByRole('img', { name: `Picture 1 of ${title}` })).toBeVisible();
}

/** Picks an offer in a storefront and pays it, without an account; answers the path of the order. */
async function buyAndPay(buyer: Page, slug: string, title: string) {
  await buyer.goto(`/m/${slug}`);
  await buyer.getByRole('link', { name: title }).click();
  await expect(buyer.getByRole('heading', { name: 'Who gets what when you accept' })).toBeVisible();
  await expect(buyer.getByRole('img', { name: /picture 1 of 1/ })).toBeVisible();
  await buyer.getByRole('button', { name: 'Go on to pay' }).click();
  await expect(buyer.getByRole('alert')).toBeVisible();
  await buyer.getByLabel('Your e-mail').fill(address('guest'));
  await buyer.getByRole('button', { name: 'Go on to pay' }).click();
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText(title);
  const link = new URL(buyer.url()).pathname;
  await payAgain(buyer);
  await payWith(buyer, '4242 4242 4242 4242', link, 'Where the money is');
  return link;
}

/** The seller finds the one order it sold, delivers it, and the buyer accepts. */
async function deliverAndAccept(seller: Page, buyer: Page, link: string, title: string) {
  await seller.goto(`/orders?q=${encodeURIComponent(title)}`);
  await seller.locator('a.row-link').first().click();
  await deliver(seller, new URL(seller.url()).pathname);
  await buyer.goto(`${link}/accept`);
  await buyer.getByRole('button', { name: /Accept and release/ }).click();
  await settled(buyer, link, 'completed the order: everybody is paid');
}

test('a business seller and its service provider are paid when the buyer accepts', async ({ open }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  await readyForPayouts(seller);
  const slug = await openStorefront(seller);
  await seller.goto('/providers/new');
  await seller.getByLabel('Commission you keep').fill('120');
  await seller.getByRole('button', { name: 'Save provider' }).click();
  await expect(seller.getByRole('alert')).toContainText('2 things to correct');
  await seller.getByLabel('Name', { exact: true }).fill('Bisi the plumber');
  await seller.getByLabel('Commission you keep').fill('20');
  await seller.getByLabel('Bank', { exact: true }).fill('Sandbox Bank');
  await seller.getByLabel('Account number').fill('2222222222');
  await seller.getByLabel('Account holder').fill('Bisi');
  await seller.getByRole('button', { name: 'Save provider' }).click();
  await expect(seller.getByText('Can be paid')).toBeVisible();

  const title = 'Two hours of plumbing';
  await offer(seller, title, 'Bisi the plumber, you keep 20 %');
  await expect(seller.locator('.review')).toContainText('9,804.00');
  const link = await buyAndPay(buyer, slug, title);
  await seller.goto(`/orders?q=${encodeURIComponent(title)}`);
  await seller.locator('a.row-link').first().click();
  await seller.getByRole('link', { name: 'Change the commission' }).click();
  await seller.getByLabel('Commission of this order').fill('25');
  await seller.getByRole('button', { name: 'See what it leads to' }).click();
  await expect(seller.locator('.review')).toContainText('9,191.25');
  await seller.getByRole('button', { name: 'Set the commission' }).click();
  await expect(seller.getByText('The commission is changed.')).toBeVisible();
  await deliverAndAccept(seller, buyer, link, title);
  await seller.goto('/earnings');
  await expect(seller.getByRole('table', { name: /Nigerian naira/ }).getByRole('row', { name: /Paid to your bank/ })).toContainText('−₦3,063.75');
  await seller.goto('/providers');
  await seller.getByRole('link', { name: 'Bisi the plumber' }).click();
  await expect(seller.getByRole('table', { name: 'Payouts' })).toContainText('9,191.25');
  await expect(seller.getByRole('table', { name: 'Payouts' })).toContainText('Paid');
});

test('an operator invites a seller, the seller sells on its marketplace, and both are paid', async ({ open }) => {
  const [operator, seller, buyer] = [await open(), await open(), await open()];
  await signUp(operator, 'marketplace_operator');
  await readyForPayouts(operator);
  const slug = await openStorefront(operator);
  const email = await signUp(seller, 'business_seller');
  await readyForPayouts(seller);
  await operator.goto('/sellers');
  await operator.getByLabel("Seller's e-mail").fill(address('nobody'));
  await operator.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(operator.getByRole('alert')).toContainText('No seller is registered');
  await operator.getByLabel("Seller's e-mail").fill(email);
  await operator.getByLabel('Commission you keep').fill('10');
  await operator.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(operator.getByText('The invitation is sent.')).toBeVisible();

  const title = 'A day of painting';
  await offer(seller, title);
  await seller.goto('/marketplaces');
  await seller.getByRole('button', { name: 'Accept' }).click();
  await expect(seller.getByText('You are on the marketplace now.')).toBeVisible();
  const link = await buyAndPay(buyer, slug, title);

  await operator.goto('/orders');
  await operator.locator('a.row-link').first().click();
  await expect(operator.getByRole('heading', { level: 1 })).toHaveText(title);
  await expect(operator.getByRole('button', { name: 'Mark as delivered' })).toHaveCount(0);
  await deliverAndAccept(seller, buyer, link, title);
  await operator.goto('/earnings');
  await expect(operator.getByRole('table', { name: /Nigerian naira/ }).getByRole('row', { name: /Paid to your bank/ })).toContainText('−₦1,230.50');
  await seller.goto('/earnings');
  await expect(seller.getByRole('table', { name: /Nigerian naira/ }).getByRole('row', { name: /Paid to your bank/ })).toContainText('−₦11,074.50');
});

test('a buyer proposes an order, the seller agrees, and the buyer pays', async ({ open }) => {
  const [seller, buyer] = [await open(), await open()];
  const email = await signUp(seller, 'business_seller');
  await signUp(buyer, 'buyer');
  await buyer.goto('/orders');
  await buyer.getByRole('link', { name: 'Propose an order' }).first().click();
  await buyer.getByLabel("Seller's e-mail").fill(email);
  await buyer.getByLabel('Title').fill('A used bicycle');
  await buyer.getByRole('button', { name: 'Send the proposal' }).click();
  await expect(buyer.getByRole('alert')).toContainText('One thing to correct');
  await buyer.getByLabel('Amount').fill('45,000');
  await buyer.getByRole('button', { name: 'Send the proposal' }).click();
  await expect(buyer.getByRole('heading', { name: 'You proposed this order' })).toBeVisible();
  const path = new URL(buyer.url()).pathname;
  await seller.goto('/home');
  await seller.getByRole('link', { name: 'Agree to the proposed order' }).click();
  await seller.getByRole('link', { name: 'Agree to the order' }).click();
  await seller.getByRole('button', { name: 'Agree' }).click();
  await expect(seller.getByText('Agreed. The buyer was told and can pay now.')).toBeVisible();
  await buyer.goto(path);
  await payAgain(buyer);
  await payWith(buyer, '4242 4242 4242 4242', path, 'Where the money is');
});
