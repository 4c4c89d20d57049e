import { homedir } from 'node:os';
import { defaultDataFolder } from '../main/store/data-folder.ts';

/** The data folder of the user that runs this process. */
export const userDataFolder = (): string => defaultDataFolder({ env: process.env, platform: process.platform, home: homedir() });
