import { readFileSync } from 'node:fs';
import { accessible } from '../fixtures/axe';
import { Program, marketplace, payLink, paymentId } from '../fixtures/collections';
import { PASSWORD, address, expect, goToPayment, openStorefront, placeOrder, signIn, signUp, test } from '../fixtures/people';

type Seed = { orders: { number: number; status: string; buyer: string; seller: string }[]; links: { number: number; url: string }[] };
const seed: Seed = JSON.parse(readFileSync(process.env.HOLDFAST_SEED_FILE ?? 'seed.json', 'utf8'));
const SELLERS = ['amaka.foods@example.test', 'lagos.print@example.test'];

for (const path of ['/', '/help', '/statuses', '/terms', '/privacy', '/sign-up', '/sign-in', '/check-mail', '/verify-email', '/forgot-password', '/reset-password', '/sandbox', '/sandbox/mail', '/no/such/page']) {
  test(`axe: ${path}`, async ({ open }) => {
    const page = await open();
    await page.goto(path);
    await accessible(page);
  });
}

test('axe: a refused sign-up', async ({ open }) => {
  const page = await open();
  await page.goto('/sign-up');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await accessible(page);
});

test('axe: the pages of a full seller', async ({ open }) => {
  test.setTimeout(180_000);
  const page = await open();
  await signIn(page, SELLERS[0]);
  for (const path of ['/home', '/orders', '/orders?status=completed', '/orders?q=nothing-like-this', '/orders/new', '/earnings', '/settings', '/settings/payouts', '/settings/terms', '/settings/notifications', '/notifications', '/listings', '/listings/new', '/providers', '/providers/new', '/marketplaces', '/settings/storefront', '/settings/team', '/settings/security', '/invitations', '/confirm']) {
    await page.goto(path);
    await accessible(page);
  }
});

test('axe: the pages of a buyer', async ({ open }) => {
  test.setTimeout(180_000);
  const page = await open();
  await signIn(page, 'ada.buyer@example.test');
  for (const path of ['/home', '/orders', '/orders?sort=dearest&from=yesterday', '/orders/propose', '/notifications']) {
    await page.goto(path);
    await accessible(page);
  }
});

test('axe: a project, as its buyer and as its seller', async ({ open }) => {
  test.setTimeout(180_000);
  for (const who of ['ada.buyer@example.test', SELLERS[0]]) {
    const page = await open();
    await signIn(page, who);
    for (const path of ['/projects', '/projects/new']) {
      await page.goto(path);
      await accessible(page);
    }
    await page.goto('/projects');
    await page.getByRole('link', { name: 'Wedding catering' }).click();
    const project = new URL(page.url()).pathname;
    await accessible(page);
    const milestone = await page.locator('.path a', { hasText: /^(Change|Ask for a change)/ }).first().getAttribute('href');
    for (const path of [`${project}/plan`, `${project}/settings`, milestone ?? '']) {
      await page.goto(path);
      await accessible(page);
    }
  }
});

test('axe: the pages of a new seller', async ({ open }) => {
  test.setTimeout(180_000);
  const fresh = await open();
  await signUp(fresh, 'business_seller');
  for (const path of ['/home', '/orders', '/earnings', '/settings/payouts']) {
    await fresh.goto(path);
    await accessible(fresh);
  }
});

test('axe: an order in every status, as its buyer and as its seller', async ({ open }) => {
  test.setTimeout(180_000);
  const statuses = [...new Set(seed.orders.map((order) => order.status))];
  expect(statuses.length).toBeGreaterThanOrEqual(10);
  const pages = new Map<string, Awaited<ReturnType<typeof open>>>();
  for (const status of statuses) {
    const order = seed.orders.find((order) => order.status === status && !order.buyer.startsWith('guest'))!;
    for (const [email, list] of [[order.buyer, '/orders'], [order.seller, '/orders']]) {
      if (!pages.has(email)) {
        pages.set(email, await open());
        await signIn(pages.get(email)!, email);
      }
      const page = pages.get(email)!;
      await page.goto(`${list}?q=${order.number}`);
      await page.getByRole('link', { name: String(order.number) }).click();
      await expect(page.locator('.status').first()).toHaveText(status);
      await accessible(page);
    }
  }
});

test('axe: disputes, receipts and the desks of staff', async ({ open }) => {
  test.setTimeout(180_000);
  const visit = async (email: string, paths: string[]) => {
    const page = await open();
    await signIn(page, email);
    for (const path of paths) {
      await page.goto(path);
      await accessible(page);
    }
    return page;
  };
  const manager = await visit('disputes@example.test', ['/home', '/disputes']);
  await manager.locator('main a.row-link').first().click();
  await accessible(manager);
  await visit('admin@example.test', ['/home', '/disputes', '/admin/suspense', '/admin/payouts', '/admin/messages', '/admin/desk', '/admin/statements', '/admin/settings']);
  const done = seed.orders.find((order) => order.status === 'Completed' && !order.buyer.startsWith('guest'))!;
  const buyer = await visit(done.buyer, [`/orders?q=${done.number}`]);
  await buyer.getByRole('link', { name: String(done.number) }).click();
  await buyer.getByRole('link', { name: /receipt/i }).first().click();
  await accessible(buyer);
});

test('axe: a storefront, and the pages of an operator', async ({ open }) => {
  test.setTimeout(180_000);
  const [seller, operator] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const slug = await openStorefront(seller);
  await seller.goto('/listings/new');
  await seller.getByLabel('Title').fill('A chair');
  await seller.getByLabel('Amount').fill('12,500');
  await seller.getByRole('button', { name: 'Save listing' }).click();
  await accessible(seller);
  const guest = await open();
  await guest.goto(`/m/${slug}`);
  await accessible(guest);
  await guest.getByRole('link', { name: 'A chair' }).click();
  await accessible(guest);
  await signUp(operator, 'marketplace_operator');
  for (const path of ['/home', '/orders', '/sellers', '/settings/storefront', '/earnings', '/settings/payouts']) {
    await operator.goto(path);
    await accessible(operator);
  }
});

test('axe: deciding, paying and the provider', async ({ open }) => {
  test.setTimeout(180_000);
  const guest = await open();
  for (const path of ['', '/accept', '/reject']) {
    await guest.goto(seed.links[0].url + path);
    await accessible(guest);
  }
  const [seller, buyer] = [await open(), await open()];
  await signUp(seller, 'business_seller');
  const email = address('guest');
  await placeOrder(seller, email);
  await goToPayment(buyer, email);
  await accessible(buyer);
  await buyer.goBack();
  await accessible(buyer);
});

test('axe: a payment link, a marketplace that divides its payment, and a merchant', async ({ open }) => {
  test.setTimeout(240_000);
  const [operator, admin, buyer, seller] = [await open(), await open(), await open(), await open()];
  const { application } = await marketplace(operator, admin);
  await accessible(admin);
  await admin.getByRole('listitem').filter({ hasText: application.id }).getByRole('link', { name: /^Revoke/ }).click();
  await accessible(admin);
  for (const path of ['/payments', '/balance']) {
    await operator.goto(path);
    await accessible(operator);
  }
  const program = await Program.start(operator, application);
  const merchant = await program.merchant();
  await signIn(seller, merchant.email, PASSWORD);
  await seller.goto('/balance');
  await accessible(seller);

  const { longurl } = await program.request({ allow_repeated_payments: 'false' });
  await buyer.goto(longurl);
  await buyer.getByLabel('Your name').fill('');
  await buyer.getByRole('button', { name: 'Pay ₹1,000.00' }).click();
  await expect(buyer.getByRole('alert')).toBeVisible();
  await accessible(buyer);
  await payLink(buyer, longurl, '4000 0000 0000 0002');
  await paymentId(buyer, 'The payment failed');
  await accessible(buyer);
  await payLink(buyer, longurl);
  const code = await paymentId(buyer);
  await accessible(buyer);
  await buyer.goto(longurl);
  await accessible(buyer);

  await operator.goto(`/payments/${code}`);
  await operator.getByRole('button', { name: 'Settle' }).click();
  await expect(operator.getByRole('alert')).toBeVisible();
  await accessible(operator);
  await operator.getByLabel('Merchant', { exact: true }).selectOption(merchant.id);
  await operator.getByLabel('Amount', { exact: true }).fill('600');
  await operator.getByRole('button', { name: 'Settle' }).click();
  await operator.goto(`/payments/${code}/fulfil`);
  await accessible(operator);
  await operator.goto(`/payments/${code}`);
  await operator.getByLabel('Reason').selectOption('QFL');
  await operator.getByLabel('Explanation').fill('One of the seats was broken');
  await operator.getByRole('button', { name: 'Refund' }).click();
  await expect(operator.getByRole('heading', { name: 'Claw back from a merchant' })).toBeVisible();
  for (const path of [`/payments/${code}`, '/payments', '/balance']) {
    await operator.goto(path);
    await accessible(operator);
  }
  await seller.goto('/balance');
  await accessible(seller);
});
