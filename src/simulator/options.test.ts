import { describe, expect, it } from 'vitest';
import { help, readOptions } from './options.ts';

describe('the command line', () => {
  it('reads every option', () => {
    const args = '--upbit-port 1 --binance-port 2 --control-port 0 --seed 42 --market still --krw 5000.5 --usdt 0 --state /tmp/x'.split(' ');
    expect(readOptions(args)).toEqual({
      kind: 'run',
      options: { upbitPort: 1, binancePort: 2, controlPort: 0, seed: 42, market: 'still', krw: '5000.5', usdt: '0', state: '/tmp/x' },
    });
    expect(readOptions([])).toEqual({ kind: 'run', options: {} });
    for (const arg of args.filter((word) => word.startsWith('--'))) expect(help).toContain(arg);
    expect(readOptions(['--help'])).toEqual({ kind: 'help' });
  });

  it('reads switches of the venues', () => {
    const read = readOptions(['--switch', 'upbit.limitBody=text', '--switch', 'binance.moneyInAnswers=false', '--switch', 'upbit.bansMs=[5]']);
    expect(read).toMatchObject({ kind: 'run', options: { upbit: { limitBody: 'text', bansMs: [5] }, binance: { moneyInAnswers: false } } });
  });

  it.each([
    [['--upbit-port', '70000'], '--upbit-port'],
    [['--seed', '-1'], '--seed'],
    [['--seed', '1.5'], '--seed'],
    [['--krw', '1e9'], '--krw'],
    [['--usdt', '-5'], '--usdt'],
    [['--market', 'live'], 'still or recorded'],
    [['--market', 'recorded:'], 'still or recorded'],
    [['--speed', '0'], 'above 0'],
    [['--switch', 'upbit.nothing=1'], 'nothing'],
    [['--switch', 'bithumb.limits=off'], 'upbit.NAME'],
    [['--switch', 'binance.moneyInAnswers=maybe'], 'moneyInAnswers'],
    [['--fx', '-1'], '--fx'],
    [['--fx', '0'], 'above 0'],
    [['--fx', '1000000000000000000000000'], 'at most'],
    [['--colour', 'red'], '--colour'],
    [['--state'], '--state'],
    [['extra'], 'extra'],
  ])('refuses %j', (args, named) => {
    expect(readOptions(args)).toMatchObject({ kind: 'wrong', sentence: expect.stringContaining(named) });
  });
});
