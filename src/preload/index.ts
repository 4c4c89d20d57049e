/**
 * What the page may reach of the main process: two functions, no `ipcRenderer`, no event object. It runs sandboxed, so it
 * is built as CommonJS and needs nothing but Electron.
 */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { channels, type KimpBridge } from '../shared/contract/bridge.ts';
import type { Update } from '../shared/contract/updates.ts';

const bridge: KimpBridge = {
  invoke: (name, input) => ipcRenderer.invoke(channels.invoke, name, input),
  subscribe(listener) {
    const onUpdate = (_event: IpcRendererEvent, update: Update): void => listener(update);
    ipcRenderer.on(channels.update, onUpdate);
    return () => void ipcRenderer.off(channels.update, onUpdate);
  },
};

contextBridge.exposeInMainWorld('kimp', bridge);
