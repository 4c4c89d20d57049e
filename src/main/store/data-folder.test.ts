import { describe, expect, it } from 'vitest';
import { defaultDataFolder, signalFileIn } from './data-folder.ts';

describe('the data folder', () => {
  it.each<[string, NodeJS.Platform, Record<string, string>, string, string]>([
    ['Linux', 'linux', {}, '/home/kim', '/home/kim/.local/share/kimp-console'],
    ['Linux with XDG_DATA_HOME', 'linux', { XDG_DATA_HOME: '/data/kim' }, '/home/kim', '/data/kim/kimp-console'],
    ['Linux with a relative XDG_DATA_HOME', 'linux', { XDG_DATA_HOME: 'data' }, '/home/kim', '/home/kim/.local/share/kimp-console'],
    ['macOS', 'darwin', { XDG_DATA_HOME: '/data' }, '/Users/kim', '/Users/kim/Library/Application Support/kimp-console'],
    ['Windows', 'win32', { APPDATA: 'C:\\Users\\kim\\AppData\\Roaming' }, 'C:\\Users\\kim', 'C:\\Users\\kim\\AppData\\Roaming\\kimp-console'],
    ['Windows without APPDATA', 'win32', {}, 'C:\\Users\\kim', 'C:\\Users\\kim\\AppData\\Roaming\\kimp-console'],
    ['a folder of choice', 'linux', { KIMP_CONSOLE_DATA: '/srv/kimp', XDG_DATA_HOME: '/data' }, '/home/kim', '/srv/kimp'],
    ['an empty choice', 'linux', { KIMP_CONSOLE_DATA: '' }, '/home/kim', '/home/kim/.local/share/kimp-console'],
  ])('on %s', (_name, platform, env, home, folder) => {
    expect(defaultDataFolder({ env, platform, home })).toBe(folder);
  });
  it('holds the signal file', () => {
    expect(signalFileIn('/home/kim/.local/share/kimp-console', 'linux')).toBe('/home/kim/.local/share/kimp-console/signals.jsonl');
    expect(signalFileIn('C:\\kimp', 'win32')).toBe('C:\\kimp\\signals.jsonl');
  });
});
