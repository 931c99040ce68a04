import { followMail, settled, signUp } from '../fixtures/people';
import { type Shop, address, authtoken, call, checkOut, deposit, expect, makeKeys, securityToken, shopkeeper, test } from '../fixtures/shop';
import type { Page } from '@playwright/test';

/** Waits until the shop has its buyer back; answers our number of the order. */
async function backInShop(buyer: Page, shop: Shop, product: string): Promise<number> {
  await expect(buyer).toHaveURL((url) => url.origin === shop.origin && url.pathname === '/thanks', { timeout: 20_000 });
  const { searchParams } = new URL(buyer.url());
  expect(searchParams.get('lang')).toBe('en');
  expect(searchParams.get('product')).toBe(product);
  const order = searchParams.get('order');
  expect(order).toMatch(/^\d+$/);
  expect(shop.arrivals).toEqual([{ product, order }]);
  return Number(order);
}

test('a buyer pays from a shop, which verifies, delivers and is told what happens', async ({ open, shop, baseURL }) => {
  test.setTimeout(120_000);
  const [seller, buyer] = [await open(), await open()];
  const keys = await shopkeeper(seller, shop);
  const email = address('shopper');
  const product = shop.offer(keys, email);
  await checkOut(buyer, shop);

  await expect(buyer.getByText('₦12,500.00 is paid into escrow for Zed Works')).toBeVisible();
  await expect(buyer.getByText('A carved stool')).toBeVisible();
  await expect(buyer.getByRole('region', { name: 'You', exact: true })).toContainText(email);
  await expect(buyer.getByRole('region', { name: 'You', exact: true })).toContainText('+2348031234567');
  const lines = buyer.getByRole('region', { name: 'What you pay' });
  for (const line of [/Price\s*₦12,500\.00/, /Escrow fee.*₦500\.00/s, /You pay\s*₦13,000\.00/]) await expect(lines).toContainText(line);
  await expect(buyer.getByRole('region', { name: 'Who gets what when you accept' })).toContainText(/Zed Works gets\s*₦12,305\.00/);
  const terms = buyer.getByRole('region', { name: "The seller's delivery terms" });
  for (const term of ['If you reject the delivery, you are refunded', 'delivers within 7 days', 'accept or reject', 'Until it is delivered you can cancel']) await expect(terms).toContainText(term);

  await buyer.getByLabel("Another recipient's phone number").fill('call my sister');
  await buyer.getByRole('button', { name: 'Yes, deposit ₦13,000.00' }).click();
  await expect(buyer.getByLabel("Another recipient's phone number")).toHaveAccessibleDescription(/Enter a phone number such as/);
  await expect(buyer.getByLabel("Another recipient's phone number")).toHaveValue('call my sister');
  await buyer.getByLabel("Another recipient's phone number").fill('+234 809 000 1111');

  await deposit(buyer, '4000 0000 0000 0002');
  await expect(buyer.getByText('The bank declined the payment.')).toBeVisible({ timeout: 20_000 });
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Nothing was paid');
  expect(new URL(buyer.url()).origin).toBe(new URL(baseURL!).origin);
  expect(shop.arrivals).toEqual([]);
  await buyer.getByRole('link', { name: 'Try again' }).click();
  await expect(buyer.getByLabel("Another recipient's phone number")).toHaveValue('+234 809 000 1111');
  await deposit(buyer, '4242 4242 4242 4242');
  const order = await backInShop(buyer, shop, product);

  const token = { authtoken: authtoken(keys), order: String(order) };
  const seen = await call(baseURL!, '/api/callback/order', { ...token, status: 'order' });
  expect(seen).toMatchObject({ status: 'success', message: 'Order Fetched', data: { id: order, product_id: product, product_cost: 1_250_000, amount_payed: 1_300_000, status: { title: 'Pending' } } });
  const done = await call(baseURL!, '/api/api/callback/order', { ...token, status: 'delivered', phone_number: '+2348031234567' });
  expect(done).toEqual({ status: 'success', message: 'pod_created', data: { phone: '+2348031234567', email, order: String(order) } });
  const twice = await call(baseURL!, '/api/callback/order', { ...token, status: 'delivered', phone_number: '+2348031234567' });
  expect(twice).toEqual({ status: 'error', message: 'Invalid request to Process, Order has been already Processed' });

  await followMail(buyer, email, /deliver/i);
  const link = new URL(buyer.url()).pathname;
  await buyer.getByRole('link', { name: 'Accept', exact: true }).click();
  await buyer.getByRole('button', { name: /Accept and release/ }).click();
  await settled(buyer, link, 'completed the order: everybody is paid');

  for (const [status, message, title] of [['Delivered', 'Order is marked completed', 'Awaiting Buyer Response'], ['Accepted', 'Buyer Accepts Order', 'Accepted']]) {
    const told = await shop.told(order, status);
    expect(told).toMatchObject({ message, data: { product_id: product, amount_payed: 1_300_000, status: { title } } });
    expect(told.token).toBe(securityToken(keys, told.data));
    expect(told.headers['content-type']).toBe('application/json');
    expect(told.raw).toMatch(/^--\S+\r?\nContent-Disposition: form-data; name="status"/);
    expect(told.raw).not.toContain('filename');
  }
  expect(shop.notifications.map((one) => one.status)).toEqual(['Delivered', 'Accepted']);
});

test('who cancels stays on our page and can try again', async ({ open, shop, baseURL }) => {
  test.setTimeout(120_000);
  const [seller, buyer] = [await open(), await open()];
  const keys = await shopkeeper(seller, shop);
  const product = shop.offer(keys, address('shopper'));
  const here = new URL(baseURL!).origin;
  await checkOut(buyer, shop);
  const page = buyer.url();
  await buyer.getByRole('link', { name: 'Cancel' }).click();
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Nothing was paid');
  expect(new URL(buyer.url()).origin).toBe(here);
  await buyer.getByRole('link', { name: 'Try again' }).click();
  await buyer.getByRole('button', { name: 'Yes, deposit' }).click();
  await buyer.getByRole('link', { name: 'Cancel and go back' }).click();
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Nothing was paid');
  await buyer.getByRole('link', { name: 'Try again' }).click();
  expect(buyer.url()).toBe(page);

  // Pressed once more in the shop it is the same order, and a slow bank is waited for.
  await checkOut(buyer, shop);
  await deposit(buyer, '4000 0000 0000 3220');
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Waiting for the bank');
  expect(shop.arrivals).toEqual([]);
  await backInShop(buyer, shop, product);

  // Paid is paid: neither the page nor the shop's form takes it again.
  await buyer.goto(page);
  await expect(buyer).toHaveURL(/\/thanks\?/);
  await buyer.goto(`${shop.origin}/standard`);
  await buyer.getByRole('button', { name: 'Check out' }).click();
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('This order cannot be paid');
  await expect(buyer.getByText('This order was paid already.')).toBeVisible();
});

test('a shop without a callback URL leaves its buyer on our page', async ({ open, shop }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  shop.offer(await makeKeys(seller), address('shopper'), { callback_url: '' });
  await checkOut(buyer, shop);
  await deposit(buyer, '4242 4242 4242 4242');
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Paid into escrow', { timeout: 20_000 });
  await expect(buyer.getByRole('link', { name: 'Back to the shop' })).toHaveCount(0);
});

test('a form that cannot be paid says why, on a page for people', async ({ open, shop }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const keys = await makeKeys(seller);
  const wrong: [Record<string, string>, string][] = [
    [{ token: 'nobody' }, 'Invalid token. Does not match any record.'],
    [{ phone_number: '' }, 'The phone number field is required.'],
    [{ amount: 'lots' }, 'The amount must be a number.'],
    [{ currency: 'EUR' }, 'The selected currency is invalid.'],
    [{ callback_url: 'javascript:alert(1)' }, 'The callback url format is invalid.'],
  ];
  for (const [fields, message] of wrong) {
    shop.offer(keys, address('shopper'), fields);
    await buyer.goto(`${shop.origin}/standard`);
    await buyer.getByRole('button', { name: 'Check out' }).click();
    await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('This order cannot be paid');
    await expect(buyer.getByText(message)).toBeVisible();
  }
});

test('the demo shop pays on the hosted page', async ({ open }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const keys = await makeKeys(seller);
  await buyer.goto(`/sandbox/shop?key=${keys.public}`);
  await expect(buyer.getByLabel('Public key')).toHaveValue(keys.public);
  await buyer.getByLabel("Buyer's e-mail").fill(address('shopper'));
  const product = await buyer.getByLabel("The shop's order number").inputValue();
  await buyer.getByRole('button', { name: 'Pay on the hosted page' }).click();
  await expect(buyer.getByText('₦12,500.00 is paid into escrow for Zed Works')).toBeVisible();
  await deposit(buyer, '4242 4242 4242 4242');
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Thank you for your order', { timeout: 20_000 });
  await expect(buyer.getByText(new RegExp(`The shop's order ${product} is paid into escrow as order \\d+`))).toBeVisible();
});
