import { address, deliver, expect, followMail, payWith, readyForPayouts, reject, settled, signUp, test } from '../fixtures/people';
import type { Page } from '@playwright/test';

const CARD = '4242 4242 4242 4242';

/** The buyer adds a milestone. */
async function plan(buyer: Page, project: string, title: string, amount: string) {
  await buyer.goto(`${project}/plan`);
  await buyer.getByLabel('Milestone', { exact: true }).fill(title);
  await buyer.getByLabel('Amount in naira').fill(amount);
  await buyer.getByRole('button', { name: 'Add the milestone' }).click();
  await expect(buyer.getByRole('heading', { level: 3, name: title })).toBeVisible();
}

/** The buyer pays the current milestone; answers the path of its order. */
async function pay(buyer: Page, project: string, number: number, total: string) {
  await buyer.goto(project);
  await buyer.getByRole('button', { name: `Review and pay milestone ${number}` }).click();
  await expect(buyer.getByRole('heading', { name: 'Who gets what when you accept' })).toBeVisible();
  const order = new URL(buyer.url()).pathname.split('/pay/')[0];
  await buyer.getByRole('button', { name: `Pay ₦${total}` }).click();
  await payWith(buyer, CARD, order, 'Where the money is');
  return order;
}

/** A figure of the project's money, in kobo. */
async function figure(page: Page, label: string) {
  const text = await page.locator('.totals > div', { hasText: label }).first().locator('.amount').innerText();
  return Number(text.replace(/[^0-9.-]/g, '').replace('.', ''));
}

test('three phases with a rejection in the middle and a part carried over', async ({ open }) => {
  test.setTimeout(240_000);
  const [seller, buyer] = [await open(), await open()];
  await seller.setViewportSize({ width: 1440, height: 900 });
  await buyer.setViewportSize({ width: 360, height: 740 });
  const email = address('builder');
  await signUp(buyer, 'buyer', email);
  await signUp(seller, 'business_seller');
  await readyForPayouts(seller);

  await seller.goto('/projects');
  await seller.getByRole('link', { name: 'New project' }).first().click();
  await seller.getByRole('button', { name: 'Start the project' }).click();
  await expect(seller.getByRole('alert')).toContainText('2 things to correct');
  await seller.getByLabel('Name of the project').fill('A garden house');
  await seller.getByLabel("Buyer's e-mail").fill(email);
  await seller.getByLabel('The buyer may carry a part over').check();
  await seller.getByRole('button', { name: 'Start the project' }).click();
  await expect(seller.getByRole('heading', { level: 1 })).toHaveText('A garden house');
  const project = new URL(seller.url()).pathname;

  await followMail(buyer, email, /started a project with you/);
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('A garden house');
  await plan(buyer, project, 'Foundation', '100,000');
  await plan(buyer, project, 'Walls', '200,000');
  await plan(buyer, project, 'Roof', '90,000');
  await expect(buyer.getByText('Milestone 1 is not completed yet').first()).toBeVisible();

  await seller.goto(project);
  await seller.getByRole('link', { name: 'Ask for a change, or set terms of Roof' }).click();
  await seller.getByLabel('Amount in naira').fill('95,000');
  await seller.getByLabel('Why').fill('Tiles went up');
  await seller.getByRole('button', { name: 'Ask for this change' }).click();
  await expect(seller.getByText('The buyer was asked.')).toBeVisible();
  await buyer.goto(project);
  await expect(buyer.getByText('Tiles went up')).toBeVisible();
  await buyer.getByRole('button', { name: /Make the change/ }).click();
  await expect(buyer.getByText('95,000.00').first()).toBeVisible();

  const first = await pay(buyer, project, 1, '101,500.00');
  await deliver(seller, first);
  await buyer.goto(project);
  await buyer.getByRole('link', { name: 'Accept', exact: true }).click();
  await buyer.getByRole('button', { name: /Accept and release/ }).click();
  await settled(buyer, first, 'completed the order: everybody is paid');

  const second = await pay(buyer, project, 2, '202,000.00');
  await deliver(seller, second);
  await reject(buyer, second, 'Incomplete', 'The north wall is missing');
  await seller.goto(project);
  await seller.getByRole('link', { name: 'Answer the rejection' }).click();
  await seller.goto(`${second}/offer-second-delivery`);
  await seller.getByRole('button', { name: 'Offer a second delivery' }).click();
  await buyer.goto(`${second}/agree-second-delivery`);
  await buyer.getByRole('button', { name: 'Agree' }).click();
  await deliver(seller, second);
  await buyer.goto(second);
  await buyer.getByRole('link', { name: 'Accept a part and carry the rest' }).click();
  await buyer.getByLabel('Release now').fill('200,000');
  await buyer.getByRole('button', { name: 'Review' }).click();
  await expect(buyer.getByRole('alert')).toContainText('Release at least');
  await buyer.getByLabel('Release now').fill('150,000');
  await buyer.getByRole('button', { name: 'Review' }).click();
  await expect(buyer.locator('.review')).toContainText('50,000.00');
  await buyer.getByRole('button', { name: /Accept and release/ }).click();
  await settled(buyer, second, 'completed the order: everybody is paid');

  // Of the roof 45,000 are left to pay, and the fee is charged on that alone.
  await buyer.goto(project);
  await expect(buyer.getByText('of it was carried over from the milestone before')).toBeVisible();
  await buyer.getByRole('link', { name: 'Pay', exact: true }).click();
  await buyer.getByRole('button', { name: /Review and pay/ }).click();
  await expect(buyer.locator('.review').first()).toContainText('Carried over');
  const third = new URL(buyer.url()).pathname.split('/pay/')[0];
  await buyer.getByRole('button', { name: 'Pay ₦45,675.00' }).click();
  await payWith(buyer, CARD, third, 'Where the money is');
  await deliver(seller, third);
  await buyer.goto(`${third}/accept`);
  await buyer.getByRole('button', { name: /Accept and release/ }).click();
  await settled(buyer, third, 'completed the order: everybody is paid');

  await buyer.goto(`${project}/settings`);
  await buyer.getByRole('button', { name: 'Close the project' }).click();
  await expect(buyer.getByText('The project is closed.')).toBeVisible();
  const [paid, released, fees] = [await figure(buyer, 'Paid in'), await figure(buyer, 'Released'), await figure(buyer, 'Fees')];
  expect(paid).toBe(10_150_000 + 20_200_000 + 4_567_500);
  expect(released + fees).toBe(paid);
  expect([await figure(buyer, 'Planned'), await figure(buyer, 'Held'), await figure(buyer, 'Refunded')]).toEqual([0, 0, 0]);

  // The seller's statement has the same releases, each paid out.
  await seller.goto(project);
  expect(await figure(seller, 'Released')).toBe(released);
  await seller.goto('/earnings');
  await expect(seller.getByText('Owed to you now')).toContainText('0.00');
  const amounts = await seller.locator('tr', { hasText: 'Released from escrow' }).locator('td.num:not(.end)').allInnerTexts();
  const sum = amounts.map((text) => Number(text.replace(/[^0-9.]/g, '').replace('.', ''))).reduce((all, one) => all + one, 0);
  expect(sum).toBe(released);
});

test('a milestone out of turn is not charged in two browsers at once', async ({ open }) => {
  test.setTimeout(120_000);
  const [seller, buyer] = [await open(), await open()];
  const [to, from] = [address('buyer'), address('seller')];
  await signUp(buyer, 'buyer', to);
  await signUp(seller, 'business_seller', from);
  await buyer.goto('/projects/new');
  await buyer.getByLabel('Name of the project').fill('A fence');
  await buyer.getByLabel("Seller's e-mail").fill(from);
  await buyer.getByRole('button', { name: 'Start the project' }).click();
  const project = new URL(buyer.url()).pathname;
  await plan(buyer, project, 'Posts', '20,000');
  await plan(buyer, project, 'Boards', '30,000');
  const other = await buyer.context().newPage();
  await other.goto(project);
  await buyer.goto(project);
  // One browser goes to pay the first; the other puts the second before it.
  await buyer.getByRole('button', { name: 'Review and pay milestone 1' }).click();
  await buyer.getByRole('button', { name: /^Pay / }).click();
  await expect(buyer.getByLabel('Card or bank account number')).toBeVisible();
  await other.getByRole('button', { name: 'Move Boards up' }).click();
  await expect(other.getByText('The milestone is moved.')).toBeVisible();
  await buyer.getByLabel('Card or bank account number').fill(CARD);
  await buyer.getByRole('button', { name: /^Pay / }).click();
  await expect(buyer.getByText(/must be paid out or refunded first|not completed yet/).first()).toBeVisible();
  await other.goto(project);
  expect(await figure(other, 'Paid in')).toBe(0);
});
