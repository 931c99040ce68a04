import { PASSWORD, deliver, expect, paidOrder, signUp, test } from '../fixtures/people';

test('a refused form comes back filled in, with the message at its field', async ({ open }) => {
  const page = await open();
  await signUp(page, 'business_seller');
  await page.goto('/orders/new');
  await page.getByLabel("Buyer's e-mail").fill('nobody');
  await page.getByLabel('Title').fill('A table');
  await page.getByLabel('Amount').fill('$5');
  await page.getByRole('button', { name: 'Make order' }).click();
  await expect(page.getByRole('alert')).toContainText('2 things to correct');
  await expect(page.getByLabel('Title')).toHaveValue('A table');
  await expect(page.getByLabel('Amount')).toHaveValue('$5');
  await expect(page.getByLabel('Amount')).toHaveAccessibleDescription(/This amount is in USD; enter it in NGN/);
  await page.getByRole('link', { name: /This amount is in USD/ }).click();
  await expect(page.getByLabel('Amount')).toBeFocused();
});

test('a stale page changes nothing', async ({ open }) => {
  const { seller, buyer, sellerPath, link } = await paidOrder(open);
  await buyer.goto(`${link}/cancel`);
  await deliver(seller, sellerPath);
  await buyer.getByRole('button', { name: /Cancel and get back/ }).click();
  await expect(buyer.getByText('This order changed since you opened it.')).toBeVisible();
  await expect(buyer.locator('.status').first()).toHaveText('Awaiting Buyer Response');
});

test('a wrong or oversized file is named and nothing is lost', async ({ open }) => {
  const { seller, sellerPath } = await paidOrder(open);
  await deliver(seller, sellerPath, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
  await expect(seller.getByLabel('Pictures or documents')).toHaveAccessibleDescription(/“notes.txt” is not a JPEG/);
  await expect(seller.getByLabel('What did you deliver')).toHaveValue('Handed over at the gate');
  await deliver(seller, sellerPath, { name: 'huge.png', mimeType: 'image/png', buffer: Buffer.alloc(9 * 1024 * 1024, 1) });
  await expect(seller.getByLabel('Pictures or documents')).toHaveAccessibleDescription(/“huge.png” is larger than 8 MB/);
});

test("somebody else's order is the same as nothing", async ({ open }) => {
  const { sellerPath } = await paidOrder(open);
  const stranger = await open();
  await stranger.goto(sellerPath);
  await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  await signUp(stranger, 'business_seller');
  const answer = await stranger.goto(sellerPath);
  expect(answer?.status()).toBe(404);
  expect((await stranger.goto('/orders/lnk_garbled'))?.status()).toBe(404);
});

test('a wrong password says no more than that', async ({ open }) => {
  const page = await open();
  const email = await signUp(page, 'buyer');
  const other = await open();
  for (const [who, password] of [[email, 'wrong-password-1'], ['nobody@example.test', PASSWORD]]) {
    await other.goto('/sign-in');
    await other.getByLabel('E-mail').fill(who);
    await other.getByLabel('Password').fill(password);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await expect(other.getByText('E-mail or password is wrong.').first()).toBeVisible();
  }
});
