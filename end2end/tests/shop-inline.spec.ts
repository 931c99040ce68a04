import { signUp } from '../fixtures/people';
import { address, authtoken, call, checkOut, deposit, expect, frameOf, makeKeys, openOverlay, shopkeeper, test } from '../fixtures/shop';
import type { Page } from '@playwright/test';

/** Where the focus is: `outside` the overlay, or the name of what has it in the overlay or in its frame. */
async function focused(page: Page): Promise<string> {
  const outer = await page.evaluate(() => {
    const active = document.activeElement;
    return active?.closest('[role=dialog]') ? active.textContent || active.tagName : 'outside';
  });
  if (outer !== 'IFRAME') return outer;
  return page.frames()[1].evaluate(() => {
    const active = document.activeElement as HTMLInputElement | null;
    return (active?.labels?.[0]?.textContent ?? active?.textContent ?? '').trim().slice(0, 60);
  });
}

test('an overlay in a page of another site takes the payment and sends the page to the callback', async ({ open, shop, baseURL }) => {
  test.setTimeout(120_000);
  const [seller, buyer] = [await open(), await open()];
  const keys = await shopkeeper(seller, shop);
  const product = shop.offer(keys, address('shopper'));
  const frame = await openOverlay(buyer, shop);
  await expect(frame.getByText('₦12,500.00 is paid into escrow for Zed Works')).toBeVisible();
  await frame.getByLabel("Another recipient's phone number").fill('call my sister');
  await frame.getByRole('button', { name: 'Yes, deposit ₦13,000.00' }).click();
  await expect(frame.getByRole('alert')).toContainText("Enter the other recipient's phone number");

  await deposit(frame, '4000 0000 0000 0002');
  await expect(frame.getByText('The bank declined the payment.')).toBeVisible({ timeout: 20_000 });
  expect(new URL(buyer.url()).pathname).toBe('/inline');
  expect(shop.arrivals).toEqual([]);
  await frame.getByRole('link', { name: 'Try again' }).click();
  await deposit(frame, '4242 4242 4242 4242');
  await expect(buyer).toHaveURL(new RegExp(`^${shop.origin}/thanks\\?lang=en&product=${product}&order=\\d+$`), { timeout: 20_000 });
  const order = new URL(buyer.url()).searchParams.get('order')!;
  expect(shop.arrivals).toEqual([{ product, order }]);
  const seen = await call(baseURL!, '/api/callback/order', { authtoken: authtoken(keys), order, status: 'order' });
  expect(seen.data).toMatchObject({ product_id: product, amount_payed: 1_300_000, status: { title: 'Pending' } });
});

test('the overlay keeps the focus, and Escape gives it back', async ({ open, shop }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  shop.offer(await makeKeys(seller), address('shopper'));
  const overlay = buyer.getByRole('dialog');
  const button = buyer.getByRole('button', { name: 'Check out here' });

  await openOverlay(buyer, shop);
  await expect(overlay).toHaveAttribute('aria-modal', 'true');
  await expect(overlay.getByRole('button', { name: 'Close' })).toBeFocused();
  for (const key of ['Tab', 'Shift+Tab']) {
    const stops: string[] = [];
    for (let press = 0; press < 60 && stops.filter((stop) => stop === 'Close').length < 2; press++) {
      await buyer.keyboard.press(key);
      stops.push(await focused(buyer));
    }
    expect(stops).not.toContain('outside');
    expect(stops.filter((stop) => stop === 'Close'), `${key} goes round`).toHaveLength(2);
    expect(stops.some((stop) => stop.startsWith('Yes, deposit')), `${key} reaches the button: ${stops.join(', ')}`).toBe(true);
  }

  await overlay.getByRole('button', { name: 'Close' }).focus();
  await buyer.keyboard.press('Escape');
  await expect(overlay).toHaveCount(0);
  await expect(button).toBeFocused();

  await button.click();
  const frame = await frameOf(buyer);
  await frame.getByLabel("Another recipient's phone number").focus();
  // The key takes away the frame that would acknowledge it, so it is not waited for.
  void buyer.keyboard.down('Escape').catch(() => undefined);
  await expect(overlay).toHaveCount(0);
  await expect(button).toBeFocused();

  for (const end of ['Close', 'Cancel']) {
    await button.click();
    const again = await frameOf(buyer);
    const way = end === 'Close' ? overlay.getByRole('button', { name: end }) : again.getByRole('link', { name: end });
    await way.click({ trial: true });
    await way.dispatchEvent('click');
    await expect(overlay).toHaveCount(0);
    await expect(button).toBeFocused();
  }
  expect(shop.arrivals).toEqual([]);
});

test('nobody but the shop may show the payment in a frame', async ({ open, shop, browser, baseURL }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  shop.offer(await makeKeys(seller), address('shopper'));
  await checkOut(buyer, shop);
  const page = `${buyer.url()}?framed=1`;
  const headers = (await buyer.request.get(page)).headers();
  expect(headers['content-security-policy']).toContain(`frame-ancestors ${shop.origin};`);
  expect(headers['x-frame-options']).toBeUndefined();
  const framed = (path: string) => `/frame?of=${encodeURIComponent(path)}`;
  await buyer.goto(shop.origin + framed(page));
  await expect(buyer.frameLocator('iframe').getByRole('heading', { level: 1 })).toHaveText('Your payment into escrow');

  // The browser says on the console that it refused, so this is no page of the fixture. The same server by another name is another origin.
  const context = await browser.newContext({ baseURL });
  const other = await context.newPage();
  for (const [origin, path] of [[new URL(shop.hook).origin, page], [shop.origin, `${baseURL}/sign-in`]]) {
    const refused = other.waitForEvent('console', { predicate: (message) => /frame-ancestors/.test(message.text()) });
    await other.goto(origin + framed(path));
    await refused;
    await expect(other.frameLocator('iframe').getByRole('heading', { level: 1 })).toHaveCount(0);
  }
  await context.close();
});

test('a payment that is refused says so inside the overlay', async ({ open, shop }) => {
  const buyer = await open();
  shop.offer({ public: 'nobody', private: '' }, address('shopper'));
  await buyer.goto(`${shop.origin}/inline`);
  await buyer.getByRole('button', { name: 'Check out here' }).click();
  const frame = buyer.getByRole('dialog').frameLocator('iframe');
  await expect(frame.getByText('Invalid token. Does not match any record.')).toBeVisible();
});

test('no link in the frame leads to a page that no frame may show', async ({ open, shop }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  shop.offer(await makeKeys(seller), address('shopper'));
  const frame = await openOverlay(buyer, shop);
  const lost = await frame.locator('a[href]').evaluateAll((links) =>
    (links as HTMLAnchorElement[]).filter((link) => !/^_(blank|top)$/.test(link.target) && !/^#|^\/checkout\//.test(link.getAttribute('href')!)).map((link) => link.textContent));
  expect(lost).toEqual([]);
});

test('the demo shop pays in an overlay', async ({ open }) => {
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const keys = await makeKeys(seller);
  await buyer.goto(`/sandbox/shop?key=${keys.public}`);
  await buyer.getByLabel("Buyer's e-mail").fill(address('shopper'));
  const product = await buyer.getByLabel("The shop's order number").inputValue();
  const button = buyer.getByRole('button', { name: 'Pay in an overlay' });
  await button.click();
  await frameOf(buyer);
  await buyer.keyboard.press('Escape');
  await expect(button).toBeFocused();
  await button.click();
  await deposit(await frameOf(buyer), '4242 4242 4242 4242');
  await expect(buyer).toHaveURL(new RegExp(`/sandbox/shop\\?product=${product}&order=\\d+$`), { timeout: 20_000 });
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Thank you for your order');
});
