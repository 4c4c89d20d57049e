/** What the stop says, without the dictionary of the console: these words must be there when nothing else is. */
import type { Language } from './appearance.ts';

export type StopWord = keyof (typeof words)['ko'];

const words = {
  ko: {
    ready: '',
    sending: '정지 명령 전송 중…',
    stopped: '정지됨',
    unreachable: '엔진이 응답하지 않습니다. 확인될 때까지 다시 보냅니다. 다른 방법: npm run stop -- 데이터폴더',
    unauthorized: '로그인이 만료되어 이 화면에서는 정지할 수 없습니다. 지금 npm run stop -- 데이터폴더 를 실행하세요.',
    refused: '정지 명령이 거부되었습니다. 다시 보냅니다.',
    weakened: '전체 청산이 30초 안에 확인되지 않아 그 뒤로는 청산 없이 정지만 보냅니다. 남은 포지션을 확인하고, 청산하려면 다시 누르세요.',
    consoleMissing: '화면을 불러오지 못했습니다. 정지 버튼은 작동합니다. 새로고침하세요.',
  },
  en: {
    ready: '',
    sending: 'Sending the stop…',
    stopped: 'Stopped',
    unreachable: 'The engine does not answer. Sending again until it does. Another way: npm run stop -- DATA_FOLDER',
    unauthorized: 'Signed out: this page cannot stop. Run npm run stop -- DATA_FOLDER now.',
    refused: 'The stop was refused. Sending again.',
    weakened: 'Stop and close all was not acknowledged within 30 s; since then a stop alone is sent. Check what is open, and press again to close.',
    consoleMissing: 'The console could not be loaded. The stop works. Reload the page.',
  },
} as const satisfies Record<Language, Record<string, string>>;

export const stopWord = (language: Language, word: StopWord): string => words[language][word];
