import { readFileSync } from 'node:fs';
import { address, expect, followMail, placeOrder, settled, signIn, signUp, test } from '../fixtures/people';

test('a buyer pays by bank transfer, found on the imported statement', async ({ open }) => {
  const [seller, buyer, admin] = [await open(), await open(), await open()];
  await signUp(seller, 'business_seller');
  const guest = address('guest');
  await placeOrder(seller, guest, 'A door');
  await followMail(buyer, guest, /asks you to pay/);
  const link = new URL(buyer.url()).pathname;
  await buyer.getByRole('button', { name: /Review and pay/ }).click();
  await buyer.getByRole('button', { name: 'Send a bank transfer instead' }).click();
  await expect(buyer.getByRole('heading', { level: 1 })).toHaveText('Pay by bank transfer');
  const fact = (name: string) => buyer.locator('dl.facts > div', { hasText: name }).locator('dd').innerText();
  const amount = (await fact('Amount')).replace(/[^\d.]/g, '');
  const reference = await fact('Reference');
  await buyer.goto(link);
  await expect(buyer.getByText('it did not arrive yet')).toBeVisible();

  await signIn(admin, 'admin@example.test');
  await admin.goto('/admin/statements');
  const upload = async (lines: string[]) => {
    const text = ['date,amount,currency,reference,name,account', ...lines].join('\n');
    await admin.getByLabel('File').setInputFiles({ name: 'statement.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await admin.getByRole('button', { name: 'Import' }).click();
  };
  await upload([`2026-11-21,${amount},NGN,Payment ${reference},Guest,0001112223`, '2026-11-21,lots,NGN,?,?,?']);
  await expect(admin.getByRole('alert')).toContainText('Line 3: The amount “lots” cannot be read');
  await upload([`2026-11-21,${amount},NGN,Payment ${reference},Guest,0001112223`, `2026-11-21,-52.50,NGN,Charge ${reference},,`]);
  await expect(admin.getByText('2 movements: 1 matched, 1 open, 0 known already.')).toBeVisible();
  const open1 = admin.locator('section.panel').filter({ hasText: `Charge ${reference}` });
  await open1.getByRole('button', { name: 'None of ours' }).click();
  await expect(admin.getByRole('alert')).toContainText('Give a reason');
  await open1.getByLabel('Reason').fill('The bank charges for its account');
  await open1.getByRole('button', { name: 'None of ours' }).click();
  await expect(admin.getByText('Decided.')).toBeVisible();
  await settled(buyer, link, 'Where the money is');
});

test('the table of orders is narrowed, and exactly its rows are exported', async ({ open }) => {
  const seller = await open();
  await signUp(seller, 'business_seller');
  for (const title of ['Blue chair', 'Blue table', 'Red lamp']) await placeOrder(seller, address('guest'), title);
  await seller.goto('/orders?q=blue&status=awaiting_payment');
  await expect(seller.locator('a.row-link')).toHaveCount(2);
  await expect(seller.getByText('Red lamp')).toHaveCount(0);
  const download = seller.waitForEvent('download');
  await seller.getByRole('link', { name: /Export|CSV/ }).click();
  const text = readFileSync(await (await download).path(), 'utf8');
  expect(text.trim().split('\n')).toHaveLength(3);
  expect(text).not.toContain('Red lamp');
});

test('a seller signs in, makes an order and finds it, by keyboard alone', async ({ open }) => {
  const page = await open();
  await page.goto('/sign-in');
  /** Tabs until the focused element has this name, as a person without a mouse would. */
  const reach = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      const label = await page.evaluate(() => {
        const element = document.activeElement as HTMLInputElement;
        return (element.labels?.[0]?.textContent ?? element.textContent ?? '').trim();
      });
      if (name.test(label)) {
        await expect(page.locator(':focus')).toBeVisible();
        return;
      }
    }
    throw new Error(`${name} cannot be reached by the Tab key on ${page.url()}`);
  };
  await reach(/^Skip to content$/);
  await reach(/^E-mail$/);
  await page.keyboard.type('lagos.print@example.test');
  await reach(/^Password$/);
  await page.keyboard.type('demo-Holdfast-2026');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/home$/);
  await reach(/New order/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('New order');
  await reach(/^Buyer's e-mail/);
  await page.keyboard.type(address('guest'));
  await reach(/^Title/);
  await page.keyboard.type('Cards by keyboard');
  await reach(/^Amount/);
  await page.keyboard.type('12,500');
  await reach(/^Make order/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cards by keyboard');
});
