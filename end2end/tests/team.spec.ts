import { createHmac } from 'node:crypto';
import { PASSWORD, address, expect, followMail, placeOrder, signUp, test } from '../fixtures/people';
import type { Page } from '@playwright/test';

/** What an authenticator shows for a key in base 32 (RFC 6238: SHA-1, 30 seconds, 6 digits). */
function codeOf(key: string, at = Date.now()) {
  const bits = [...key.replaceAll(' ', '')].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const start = mac[19] & 15;
  return String((mac.readUInt32BE(start) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function signInAgain(page: Page, email: string) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('two-factor sign-in: set up, asked for, and a recovery code when the phone is lost', async ({ open }) => {
  const [page, other] = [await open(), await open()];
  const email = await signUp(page, 'buyer');
  await page.goto('/settings');
  await page.getByRole('link', { name: 'Two-factor sign-in' }).click();
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page.getByRole('img', { name: 'A picture to scan with your authenticator' })).toBeVisible();
  const key = await page.locator('p:has-text("Key:") code').innerText();
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(page.getByRole('alert')).toContainText('This code is not right');
  await page.getByLabel('Code').fill(codeOf(key));
  await page.getByRole('button', { name: 'Turn it on' }).click();
  await expect(page.getByText('Two-factor sign-in is on.')).toBeVisible();
  const codes = await page.locator('.codes code').allInnerTexts();
  expect(codes).toHaveLength(10);

  await signInAgain(other, email);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('Enter your code');
  await other.goto('/home');
  await expect(other).toHaveURL(/\/sign-in/);
  await signInAgain(other, email);
  await other.getByLabel('Code').fill('not-a-code');
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other.getByRole('alert')).toContainText('This code is not right');
  await other.getByLabel('Code').fill(codes[0].toUpperCase());
  await other.getByRole('button', { name: 'Sign in' }).click();
  await expect(other).toHaveURL(/\/home$/);
  await other.goto('/settings/security');
  await expect(other.getByText('Recovery codes left: 9.')).toBeVisible();
});

test('an owner invites somebody, who joins with a role, and the role holds', async ({ open }) => {
  const [owner, member] = [await open(), await open()];
  await signUp(owner, 'business_seller');
  await placeOrder(owner, address('guest'), 'A table for the team');
  await owner.goto('/settings/team');
  const email = address('colleague');
  await owner.getByLabel('E-mail').fill(email);
  await owner.getByLabel('Role', { exact: true }).selectOption('read_only');
  await owner.getByRole('button', { name: 'Send the invitation' }).click();
  await expect(owner.getByText('The invitation is on its way.')).toBeVisible();

  await followMail(member, email, /invites you to its team/);
  await expect(member).toHaveURL(/\/sign-in/);
  await signUp(member, 'buyer', email);
  await member.getByRole('link', { name: 'See the invitation' }).click();
  await expect(member.getByText('Zed Adeyemi invites you to the team of Zed Works')).toBeVisible();
  await member.getByRole('button', { name: 'Join the team of Zed Works' }).click();
  await expect(member.getByText('Welcome to the team.')).toBeVisible();
  await member.goto('/orders');
  await expect(member.getByText('A table for the team')).toBeVisible();
  await member.goto('/listings/new');
  await member.getByLabel('Title').fill('Mine');
  await member.getByLabel('Amount').fill('1,000');
  await member.getByRole('button', { name: 'Save listing' }).click();
  await expect(member.getByText('Your role in this account does not include what it sells.')).toBeVisible();
  await expect(member.getByLabel('Title')).toHaveValue('Mine');

  await owner.goto('/settings/team');
  const row = owner.getByRole('listitem').filter({ hasText: email });
  await row.getByRole('combobox').selectOption('manager');
  await row.getByRole('button', { name: /Change the role/ }).click();
  await expect(owner.getByText('The role is changed.')).toBeVisible();
  await member.getByRole('button', { name: 'Save listing' }).click();
  await expect(member.getByText('The listing is saved.')).toBeVisible();
  await owner.goto('/settings/team');
  await owner.getByRole('listitem').filter({ hasText: email }).getByRole('button', { name: /^Remove/ }).click();
  await expect(owner.getByText('They are not in the team any more.')).toBeVisible();
  await member.goto('/listings');
  await expect(member.getByRole('heading', { level: 1 })).toContainText(/not found|no such page|nothing here/i);
});
