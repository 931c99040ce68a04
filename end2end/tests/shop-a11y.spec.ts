import AxeBuilder from '@axe-core/playwright';
import { accessible } from '../fixtures/axe';
import { signUp } from '../fixtures/people';
import { address, authtoken, call, checkOut, deposit, expect, makeKeys, openOverlay, saveCallback, test } from '../fixtures/shop';

test('axe: paying a shop, and coming back paid, not paid and not yet', async ({ open, shop }) => {
  test.setTimeout(180_000);
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const keys = await makeKeys(seller);
  // Without a callback URL the buyer stays on our page, as in a frame.
  shop.offer(keys, address('shopper'), { callback_url: '' });
  await checkOut(buyer, shop);
  const page = buyer.url();
  await accessible(buyer);
  await buyer.getByLabel("Another recipient's phone number").fill('call my sister');
  await buyer.getByRole('button', { name: 'Yes, deposit' }).click();
  await expect(buyer.getByRole('alert')).toBeVisible();
  await accessible(buyer);
  await buyer.goto(`${page}?framed=1&problem=price`);
  await expect(buyer.getByRole('alert')).toContainText('The fees changed');
  await accessible(buyer);

  await buyer.goto(page);
  await deposit(buyer, '4000 0000 0000 0002');
  await expect(buyer.getByText('The bank declined the payment.')).toBeVisible({ timeout: 20_000 });
  await accessible(buyer);

  // The page that waits looks again by itself, which would take it away under axe.
  const returned = '**/checkout/*/return*';
  await buyer.route(returned, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const headers = response.headers();
    delete headers.refresh;
    await route.fulfill({ response, headers });
  });
  await buyer.getByRole('link', { name: 'Try again' }).click();
  await deposit(buyer, '4000 0000 0000 3220');
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Waiting for the bank');
  await buyer.reload();
  await accessible(buyer);
  await buyer.unroute(returned);
  await expect(async () => {
    await buyer.reload();
    await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Paid into escrow', { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await accessible(buyer);
});

test('axe: a payment that is refused, and the demo shop', async ({ open, shop }) => {
  test.setTimeout(180_000);
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const keys = await makeKeys(seller);
  shop.offer(keys, address('shopper'), { amount: 'lots' });
  await buyer.goto(`${shop.origin}/standard`);
  await buyer.getByRole('button', { name: 'Check out' }).click();
  await expect(buyer.getByText('The amount must be a number.')).toBeVisible();
  await accessible(buyer);
  for (const path of [`/sandbox/shop?key=${keys.public}`, '/sandbox/shop?product=1447&order=1001']) {
    await buyer.goto(path);
    await accessible(buyer);
  }
});

test('axe: the overlay in the page of a shop', async ({ open, shop }) => {
  test.setTimeout(180_000);
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  shop.offer(await makeKeys(seller), address('shopper'));
  const frame = await openOverlay(buyer, shop);
  for (const colorScheme of ['light', 'dark'] as const) {
    await buyer.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Axe would fetch the styles anew, which the shop's policy refuses; every rule runs all the same.
    const { violations } = await new AxeBuilder({ page: buyer }).options({ preload: false }).analyze();
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes.map((node) => node.target).join(' | ')}`)).toEqual([]);
  }
  const size = await frame.locator('html').evaluate((html) => [html.scrollWidth, html.clientWidth]);
  expect(size[0], 'the frame scrolls sideways').toBeLessThanOrEqual(size[1]);
  const box = await buyer.getByRole('dialog').locator('iframe').boundingBox();
  expect(box!.x).toBeGreaterThanOrEqual(0);
  expect(box!.x + box!.width).toBeLessThanOrEqual(buyer.viewportSize()!.width);
});

test('axe: the pages for developers, empty, full and with what went wrong', async ({ open, shop, baseURL }) => {
  test.setTimeout(240_000);
  const page = await open();
  await signUp(page, 'business_seller');
  for (const path of ['/developers', '/developers/webhooks', '/developers/requests']) {
    await page.goto(path);
    await accessible(page);
  }
  const keys = await makeKeys(page);
  await accessible(page);
  await page.getByRole('button', { name: 'Rotate the key' }).click();
  await expect(page.getByText('after it was rotated.')).toBeVisible();
  await page.goto('/developers');
  await page.getByLabel('Phone', { exact: true }).fill('my phone');
  await page.getByRole('button', { name: 'Save phone number' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await accessible(page);

  await page.goto('/developers/webhooks');
  await page.getByLabel('Callback URL').fill('nowhere');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await accessible(page);
  await saveCallback(page, `${shop.hook}?a-long-address=${'0123456789'.repeat(20)}`);
  for (const status of [200, 503, 410]) {
    shop.answer = { status, body: `the shop says ${'very '.repeat(60)}much` };
    await page.getByRole('button', { name: 'Send a test' }).click();
    await expect(async () => {
      await page.goto('/developers/webhooks');
      await expect(page.getByText(new RegExp(`Test – .*\\(${status}\\)`))).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
  }
  await expect(page.getByText('Nothing is sent there any more')).toBeVisible();
  const opened = async () => {
    for (const summary of await page.locator('summary').all()) await summary.click();
    await expect(page.locator('details:not([open])')).toHaveCount(0);
  };
  await opened();
  await accessible(page);

  for (const order of ['1', '999999999999']) await call(baseURL!, '/api/callback/order', { authtoken: authtoken(keys), order, status: 'order' });
  await call(baseURL!, '/api/external/getBanks', { authtoken: authtoken(keys) });
  await page.goto('/developers/requests');
  await opened();
  await accessible(page);
});

test('axe: guides and the reference', async ({ open }) => {
  test.setTimeout(180_000);
  const page = await open();
  await page.goto('/developers/guides/keys');
  const links = page.getByRole('navigation', { name: 'Guides' }).getByRole('link');
  const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''));
  expect(paths).toContain('/developers/reference');
  for (const path of paths) {
    await page.goto(path);
    await accessible(page);
  }
});
