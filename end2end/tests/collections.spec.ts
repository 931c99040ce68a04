import { Program, askForToken, issueApplication, marketplace, payLink, paymentId } from '../fixtures/collections';
import { PASSWORD, address, signIn, signUp } from '../fixtures/people';
import { expect, test } from '../fixtures/shop';
import type { Page } from '@playwright/test';

/** The figures of a payment's page, word by word, down to what is left. */
async function figures(page: Page, expected: [string, string][]) {
  const rows = page.locator('.review > div');
  await expect(rows).toHaveCount(expected.length);
  for (const [index, [label, amount]] of expected.entries()) {
    await expect(rows.nth(index).locator('dt')).toHaveText(new RegExp(`^${label}`));
    await expect(rows.nth(index).locator('dd')).toHaveText(amount);
  }
}

const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });

async function settle(page: Page, merchant: string, amount: string) {
  const form = region(page, 'Settle with a merchant');
  await form.getByLabel('Merchant').selectOption(merchant);
  await form.getByLabel('Amount').fill(amount);
  await form.getByRole('button', { name: 'Settle' }).click();
}

async function clawBack(page: Page, merchant: string, amount: string) {
  const form = region(page, 'Claw back from a merchant');
  await form.getByLabel('Credited merchant').selectOption(merchant);
  await form.getByLabel('Amount to claw back').fill(amount);
  await form.getByRole('button', { name: 'Claw back' }).click();
}

test('a marketplace divides a payment, fulfils it, refunds a part and claws it back', async ({ open }) => {
  test.setTimeout(180_000);
  const [operator, admin, buyer, seller] = [await open(), await open(), await open(), await open()];
  const { application } = await marketplace(operator, admin);
  const program = await Program.start(operator, application);
  const [first, second] = [await program.merchant(), await program.merchant()];
  const { longurl } = await program.request();

  await buyer.goto(longurl);
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Two tickets');
  await expect(buyer.getByLabel('Your name')).toHaveValue('Asha Rao');
  await buyer.getByLabel('Your name').fill('');
  await buyer.getByRole('button', { name: 'Pay ₹1,000.00' }).click();
  await expect(buyer.getByRole('alert')).toContainText('One thing to correct');
  await expect(buyer.getByLabel('Phone')).toHaveValue('+919999999999');
  await payLink(buyer, longurl);
  const code = await paymentId(buyer);

  await operator.goto('/home');
  await operator.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Payments' }).click();
  await operator.getByRole('link', { name: code }).click();
  await expect(operator.getByRole('heading', { level: 1 })).toHaveText('Two tickets');
  await figures(operator, [['Collected', '₹1,000.00'], ['Fees', '−₹27.14'], ['Left', '₹972.86']]);
  await expect(region(operator, 'Claw back from a merchant')).toHaveCount(0);

  const form = region(operator, 'Settle with a merchant');
  await form.getByRole('button', { name: 'Settle' }).click();
  await expect(form.getByRole('alert')).toContainText('2 things to correct');
  await settle(operator, first.id, '1,000.01');
  await expect(operator.getByText('The credits of a payment cannot be more than the buyer paid.')).toBeVisible();
  await expect(form.getByLabel('Amount')).toHaveValue('1,000.01');
  await settle(operator, first.id, '600');
  await expect(operator.getByText('The merchant is credited.')).toBeVisible();
  await settle(operator, second.id, '₹300.50');
  await expect(region(operator, 'Settlements').getByRole('listitem')).toHaveCount(2);
  await figures(operator, [['Collected', '₹1,000.00'], ['Fees', '−₹27.14'], ['Settled', '−₹900.50'], ['Left', '₹72.36']]);

  await operator.getByRole('link', { name: 'Review and fulfil' }).click();
  await expect(operator.getByText('₹72.36 becomes your commission and is paid to your bank.')).toBeVisible();
  await operator.getByRole('button', { name: 'Fulfil', exact: true }).click();
  await expect(operator.getByText('The payment is fulfilled. The split is final.')).toBeVisible();
  await expect(operator.locator('.page-head .status')).toHaveText('Fulfilled');
  await expect(form).toHaveCount(0);
  await figures(operator, [['Collected', '₹1,000.00'], ['Fees', '−₹27.14'], ['Settled', '−₹900.50'], ['Your commission', '−₹72.36'], ['Left', '₹0.00']]);

  const refund = region(operator, 'Refund the buyer');
  await expect(refund.getByLabel('Amount to refund')).toHaveValue('1000.00');
  await refund.getByLabel('Amount to refund').fill('250.25');
  await refund.getByRole('button', { name: 'Refund' }).click();
  await expect(refund.getByRole('alert')).toContainText('2 things to correct');
  await expect(refund.getByLabel('Amount to refund')).toHaveValue('250.25');
  await refund.getByLabel('Reason').selectOption('QFL');
  await refund.getByLabel('Explanation').fill('One of the seats was broken');
  await refund.getByRole('button', { name: 'Refund' }).click();
  await expect(operator.getByText(/^The payment is refunded\./)).toBeVisible();
  await expect(refund.getByLabel('Amount to refund')).toHaveValue('749.75');
  await expect(refund.getByLabel('Transaction id')).not.toHaveValue('');
  await figures(operator, [['Collected', '₹1,000.00'], ['Fees', '−₹27.14'], ['Settled', '−₹900.50'], ['Refunded', '−₹250.25'], ['Short', '−₹177.89']]);
  await operator.goto('/payments');
  await expect(operator.getByText('You are short of ₹177.89')).toBeVisible();

  await operator.getByRole('link', { name: code }).click();
  await clawBack(operator, first.id, '250.26');
  await expect(operator.getByText('The debits of a payment cannot be more than was refunded.')).toBeVisible();
  await clawBack(operator, first.id, '200');
  await expect(operator.getByText('The merchant is debited.')).toBeVisible();
  await expect(region(operator, 'Claw back from a merchant').getByRole('option', { name: /at most ₹50\.25, balance ₹400\.00/ })).toBeAttached();
  await figures(operator, [
    ['Collected', '₹1,000.00'], ['Fees', '−₹27.14'], ['Settled', '−₹900.50'], ['Clawed back', '₹200.00'], ['Refunded', '−₹250.25'],
    ['Your commission', '−₹22.11'], ['Left', '₹0.00'],
  ]);
  await operator.goto('/balance');
  await expect(operator.locator('dl.across > div', { hasText: /^Balance/ }).locator('dd')).toHaveText('₹22.11');

  await signIn(seller, first.email, PASSWORD);
  await seller.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Balance' }).click();
  await expect(seller.locator('dl.across > div', { hasText: /^Balance/ }).locator('dd')).toHaveText('₹400.00');
  const history = seller.getByRole('table', { name: 'History' }).locator('tbody tr');
  await expect(history).toHaveCount(2);
  await expect(history.nth(0)).toContainText('−₹200.00');
  await expect(history.nth(0)).toContainText('₹400.00');
  await expect(history.nth(1)).toContainText('₹600.00');
  await expect(seller.getByRole('table', { name: 'Settlements' })).toContainText(code);
  expect((await seller.goto(`/payments/${code}`))?.status()).toBe(404);
});

test('a declined payment is tried again, the buyer returns to the shop, and the link is closed', async ({ open, shop }) => {
  test.setTimeout(120_000);
  const [operator, admin, buyer] = [await open(), await open(), await open()];
  const program = await Program.start(operator, (await marketplace(operator, admin)).application);

  const plain = await program.request({ allow_repeated_payments: 'false' });
  await payLink(buyer, plain.longurl, '4000 0000 0000 0002');
  await paymentId(buyer, 'The payment failed');
  await expect(buyer.getByText('The bank declined the payment.')).toBeVisible();
  await buyer.getByRole('link', { name: 'Try again' }).click();
  await expect(buyer).toHaveURL(plain.longurl);
  await payLink(buyer, plain.longurl);
  await paymentId(buyer);
  await buyer.goto(plain.longurl);
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Two tickets');
  await expect(buyer.getByRole('button', { name: /^Pay / })).toHaveCount(0);

  const back = await program.request({ redirect_url: `${shop.origin}/thanks?lang=en` });
  await payLink(buyer, back.longurl);
  await expect(buyer).toHaveURL(/\/thanks\?/, { timeout: 30_000 });
  const args = new URL(buyer.url()).searchParams;
  expect(args.get('lang')).toBe('en');
  expect(args.get('payment_id')).toMatch(/^MOJO[0-9A-Z]{16}$/);
  expect(args.get('payment_request_id')).toBe(back.id);
  expect(args.get('payment_status')).toBe('Credit');
});

test('the administrator issues an application, shown once, and revokes it', async ({ open }) => {
  const [operator, admin] = [await open(), await open()];
  const email = await signUp(operator, 'marketplace_operator');
  await operator.goto('/home');
  await expect(operator.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Payments' })).toHaveCount(0);
  expect((await operator.goto('/payments'))?.status()).toBe(404);
  await signIn(admin, 'admin@example.test');
  await admin.goto('/admin/applications');
  await admin.getByLabel("Marketplace's e-mail").fill(address('nobody'));
  await admin.getByLabel('Name', { exact: true }).fill('Tickets');
  await admin.getByRole('button', { name: 'Issue application' }).click();
  await expect(admin.getByRole('alert')).toContainText('One thing to correct');
  await expect(admin.getByLabel('Name', { exact: true })).toHaveValue('Tickets');

  const application = await issueApplication(admin, email, 'Tickets');
  expect((await askForToken(operator, application)).status()).toBe(200);
  await admin.goto('/admin/applications');
  for (const secret of [application.secret, application.salt]) expect(await admin.content()).not.toContain(secret);
  const entry = admin.getByRole('listitem').filter({ hasText: application.id });
  await expect(entry).toContainText('Works.');
  await entry.getByRole('link', { name: /^Revoke/ }).click();
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Revoke this application?');
  await admin.getByRole('button', { name: 'Revoke the application' }).click();
  await expect(admin.getByText('The application is revoked.')).toBeVisible();
  await expect(entry).toContainText('Revoked');
  const refused = await askForToken(operator, application);
  expect(refused.status()).toBe(401);
  expect(await refused.json()).toMatchObject({ error: 'invalid_client' });
});
