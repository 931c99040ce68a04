import { createHmac } from 'node:crypto';
import { settled, signUp } from '../fixtures/people';
import { FIELDS, address, authtoken, call, expect, freshKeys, makeKeys, saveCallback, securityToken, test } from '../fixtures/shop';
import type { Page } from '@playwright/test';

const BANKS = '/api/external/getBanks';

/** The row of a notification on the page of the callback URL. */
const row = (page: Page, number: string) => page.locator('#sent ~ ul > li').filter({ has: page.locator('b', { hasText: new RegExp(`^${number}:`) }) });

/** Sends a test and waits, reloading, until the page says what became of it; answers its number. */
async function sendTest(page: Page, outcome: string): Promise<string> {
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText('A test is on its way.')).toBeVisible();
  const newest = page.locator('#sent ~ ul > li b').first();
  await expect(async () => {
    await page.goto('/developers/webhooks');
    await expect(newest).toHaveText(new RegExp(`^\\d+: Test – ${outcome}`), { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  return (await newest.innerText()).split(':')[0];
}

test('a pair of keys is shown once, rotated and ended', async ({ open, baseURL }) => {
  const page = await open();
  await signUp(page, 'business_seller');
  await page.goto('/developers');
  await expect(page.getByText('No keys yet')).toBeVisible();
  const first = await makeKeys(page);
  expect(first.public).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(first.private).toMatch(/^[A-Za-z0-9]{35}$/);
  const entry = (key: string) => page.getByRole('listitem').filter({ hasText: key });
  await expect(entry(first.public)).toContainText('Never used.');
  await page.reload();
  await expect(entry(first.public)).toBeVisible();
  expect(await page.content()).not.toContain(first.private);
  expect(await call(baseURL!, BANKS, { authtoken: authtoken(first) })).toMatchObject({ status: 'success' });
  await page.reload();
  await expect(entry(first.public)).toContainText('Last used');

  await page.getByRole('button', { name: `Rotate the key ${first.public}` }).click();
  const second = await freshKeys(page);
  expect(second.public).not.toBe(first.public);
  await expect(entry(first.public)).toContainText(/Works until .*, after it was rotated\./);
  await expect(page.getByRole('region', { name: /^Keys of the sandbox/ }).getByText('Works.', { exact: true })).toHaveCount(1);
  for (const keys of [first, second]) expect(await call(baseURL!, BANKS, { authtoken: authtoken(keys) })).toMatchObject({ status: 'success' });

  await page.goto('/developers');
  expect(await page.content()).not.toContain(second.private);
  await page.getByRole('button', { name: `End now the key ${first.public}` }).click();
  await expect(page.getByText('The key does not work any more.')).toBeVisible();
  await expect(entry(first.public)).toContainText('Ended.');
  await expect(entry(first.public).getByRole('button')).toHaveCount(0);
  const refused = { status: 'error', message: 'Invalid authtoken. Does not match any record.' };
  expect(await call(baseURL!, BANKS, { authtoken: authtoken(first) })).toEqual(refused);
  expect(await call(baseURL!, BANKS, { authtoken: authtoken({ ...second, private: first.private }) })).toEqual(refused);
  expect(await call(baseURL!, BANKS, { authtoken: authtoken(second) })).toMatchObject({ status: 'success' });
  const form = { ...FIELDS, token: first.public, email: address('shopper'), order_product_id: '1' };
  expect(await call(baseURL!, '/pay', form)).toEqual({ status: 'error', message: 'Invalid token. Does not match any record.' });
});

test('a wrong callback URL comes back filled in, with a message at its field', async ({ open, shop }) => {
  const page = await open();
  await signUp(page, 'business_seller');
  await page.goto('/developers/webhooks');
  await expect(page.getByRole('button', { name: 'Send a test' })).toHaveCount(0);
  const url = page.getByLabel('Callback URL');
  for (const [wrong, message] of [['shop.example/callback', 'Enter a web address such as'], ['ftp://shop.example/', 'Enter a web address such as'], ['https://me:secret@shop.example/', 'Leave name and password out']]) {
    await url.fill(wrong);
    await page.getByLabel('JSON').check();
    await page.getByLabel(/^Canceled/).check();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByRole('alert')).toContainText('One thing to correct');
    await expect(url).toHaveValue(wrong);
    await expect(url).toHaveAccessibleDescription(new RegExp(message));
    await expect(page.getByLabel('JSON')).toBeChecked();
    await expect(page.getByLabel(/^Canceled/)).toBeChecked();
  }
  await saveCallback(page, shop.hook);
  await page.goto('/developers/webhooks');
  await expect(url).toHaveValue(shop.hook);
  await url.fill('');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Send a test' })).toHaveCount(0);
});

test('a test arrives signed, and its try shows request and answer', async ({ open, shop }) => {
  const page = await open();
  await signUp(page, 'business_seller');
  const keys = await makeKeys(page);
  await saveCallback(page, shop.hook);
  shop.answer = { status: 200, body: 'the shop says thanks' };
  const number = await sendTest(page, 'accepted \\(200\\)');
  const [told] = shop.notifications;
  expect(told).toMatchObject({ status: 'Test', message: 'This is a test. It is about no order.', token: securityToken(keys, told.data) });

  const details = page.getByText('Show the signing secret');
  await details.click();
  const secret = await page.locator('details', { has: details }).locator('code').innerText();
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = told.headers;
  const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${id}.${at}.${told.raw}`);
  expect(signature).toBe(`v1,${mac.digest('base64')}`);

  const sent = row(page, number);
  await sent.getByText('1 tries').or(sent.getByText('1 try')).click();
  await expect(sent.getByLabel('Request')).toContainText(`POST ${shop.hook}`);
  await expect(sent.getByLabel('Request')).toContainText('webhook-signature: v1,');
  await expect(sent.getByLabel('Request')).toContainText('name="status"');
  await expect(sent.getByLabel('Request')).not.toContainText(told.token);
  await expect(sent.getByLabel('Answer')).toHaveText('the shop says thanks');

  await page.getByRole('button', { name: 'Make a new secret' }).click();
  await expect(page.getByText('There is a new secret.')).toBeVisible();
  await sendTest(page, 'accepted');
  expect(String(shop.notifications[1].headers['webhook-signature']).split(' ')).toHaveLength(2);
});

test('notifications are sent again, one or a range, in the encoding that is set now', async ({ open, shop }) => {
  const page = await open();
  await signUp(page, 'business_seller');
  const keys = await makeKeys(page);
  await saveCallback(page, shop.hook);
  const first = await sendTest(page, 'accepted');
  const second = await sendTest(page, 'accepted');
  const ids = () => shop.notifications.map((one) => one.headers['webhook-id']);
  await expect.poll(() => new Set(ids()).size).toBe(2);

  await saveCallback(page, shop.hook, 'JSON');
  await page.getByRole('button', { name: `Send again notification ${first}` }).click();
  await expect(page.getByText('1 on their way once more.')).toBeVisible();
  await expect.poll(() => ids().length).toBe(3);
  const again = shop.notifications[2];
  expect(again.headers['webhook-id']).toBe(ids()[0]);
  expect(JSON.parse(again.raw)).toEqual({ status: 'Test', message: again.message, data: again.data, token: securityToken(keys, again.data) });

  const form = page.locator('form', { has: page.getByLabel('From number') });
  await form.getByLabel('From number').fill('one');
  await form.getByRole('button', { name: 'Send again' }).click();
  await expect(form.getByLabel('From number')).toHaveAccessibleDescription(/Enter the number of a notification/);
  await expect(form.getByLabel('From number')).toHaveValue('one');
  await form.getByLabel('From number').fill(first);
  await form.getByLabel('To number').fill(second);
  await form.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByText('2 on their way once more.')).toBeVisible();
  await expect.poll(() => ids().length).toBe(5);
  expect(ids().slice(3).sort()).toEqual(ids().slice(0, 2).sort());
  await expect(async () => {
    await page.goto('/developers/webhooks');
    await expect(row(page, first).getByText('3 tries')).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
});

test('an address that refuses is told to its owner, and one that is gone is given up', async ({ open, shop }) => {
  const page = await open();
  const email = await signUp(page, 'business_seller');
  await makeKeys(page);
  await saveCallback(page, shop.hook);
  shop.answer = { status: 503, body: '' };
  await sendTest(page, 'refused \\(503\\)');
  await expect(page.getByText(/The last .* not accepted\. We keep trying for three days\./)).toBeVisible();
  shop.answer = { status: 410, body: 'gone' };
  await sendTest(page, 'refused \\(410\\)');
  await expect(page.getByText('Nothing is sent there any more: the address says that it is gone (410).')).toBeVisible();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText('This address was given up. Save it again first, and then send.').first()).toBeVisible();
  await settled(page, `/sandbox/mail?q=${email}`, 'Your callback URL is given up');
  shop.answer = { status: 204, body: '' };
  await saveCallback(page, shop.hook);
  await sendTest(page, 'accepted \\(204\\)');
  await expect(page.getByText('Nothing is sent there any more')).toHaveCount(0);
});

test('the log shows what programs asked, without their secret', async ({ open, baseURL }) => {
  const page = await open();
  await signUp(page, 'business_seller');
  const keys = await makeKeys(page);
  await page.goto('/developers/requests');
  await expect(page.getByText('No requests yet')).toBeVisible();
  const token = authtoken(keys);
  await call(baseURL!, BANKS, { authtoken: token });
  await call(baseURL!, '/api/callback/order', { authtoken: token, order: '999999999', status: 'order' });
  await page.reload();
  const rows = page.getByRole('region', { name: 'Requests' }).getByRole('listitem');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText(/POST \/api\/callback\/order – error \(200\) in \d+ ms/);
  await expect(rows.nth(1)).toContainText(`POST ${BANKS} – success (200)`);
  await expect(rows.nth(0)).toContainText(keys.public);
  await rows.nth(0).getByText('Fields and answer').click();
  await expect(rows.nth(0).getByLabel('Fields')).toHaveText('{"authtoken":"…","order":"999999999","status":"order"}');
  await expect(rows.nth(0).getByLabel('Answer')).toHaveText('{"status":"error","message":"No such order exists for the seller."}');
  const html = await page.content();
  for (const secret of [token, keys.private]) expect(html).not.toContain(secret);
});

test('guides and reference are open to everybody, the rest to who sells', async ({ open, baseURL }) => {
  const page = await open();
  await page.goto('/');
  await page.getByRole('contentinfo').getByRole('link', { name: 'Developers' }).click();
  const links = page.getByRole('navigation', { name: 'Guides' }).getByRole('link');
  const names = await links.allInnerTexts();
  expect(names.length).toBeGreaterThanOrEqual(7);
  for (const name of names) {
    await links.filter({ hasText: new RegExp(`^${name}$`) }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(name);
    if (name === 'Reference') break;
    await expect(links.filter({ hasText: name })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByText('$HOLDFAST')).toHaveCount(0);
  }
  for (const path of ['/api/callback/order', '/api/serviceprovider/create', '/api/project/createProject', '/api/events', '/pay']) {
    await expect(page.getByRole('heading', { level: 2, name: new RegExp(`${path}$`) }).first()).toBeVisible();
  }
  const document = await page.request.get('/api/openapi.json');
  expect((await document.json()).openapi).toMatch(/^3\.1/);
  await page.goto('/developers/guides/standard');
  await expect(page.locator('pre', { hasText: `${baseURL}/pay` }).first()).toBeVisible();

  for (const path of ['/developers', '/developers/webhooks', '/developers/requests']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in');
  }
  await signUp(page, 'buyer');
  for (const path of ['/developers', '/developers/webhooks', '/developers/requests']) expect((await page.goto(path))?.status()).toBe(404);
});
