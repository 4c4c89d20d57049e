/**
 * The coins that both simulated venues list, the largest first: real tickers with prices of the right order, so that
 * ticks, steps and minima behave as they do at the venues. Which of them the real venues list changes every week; this
 * table does not follow.
 *
 * Ticker|Korean name|English name|price of one coin in USDT|how many coins a Binance contract holds, where not 1
 */
import { price, toNumber } from '../../shared/domain/units.ts';

const table = `
BTC|비트코인|Bitcoin|115000
ETH|이더리움|Ethereum|3900
XRP|엑스알피(리플)|XRP|2.6
SOL|솔라나|Solana|190
DOGE|도지코인|Dogecoin|0.2
SHIB|시바이누|Shiba Inu|0.0000102|1000
ADA|에이다|Cardano|0.65
TRX|트론|TRON|0.31
LINK|체인링크|Chainlink|17.6
SUI|수이|Sui|2.45
AVAX|아발란체|Avalanche|19.4
XLM|스텔라루멘|Stellar Lumens|0.32
BCH|비트코인캐시|Bitcoin Cash|552
HBAR|헤데라|Hedera|0.19
PEPE|페페|Pepe|0.0000069|1000
DOT|폴카닷|Polkadot|3.05
UNI|유니스왑|Uniswap|6.3
ENA|에테나|Ethena|0.44
AAVE|에이브|Aave|225
NEAR|니어프로토콜|NEAR Protocol|2.22
ETC|이더리움클래식|Ethereum Classic|15.9
APT|앱토스|Aptos|3.28
ONDO|온도파이낸스|Ondo Finance|0.72
WLD|월드코인|Worldcoin|0.87
ARB|아비트럼|Arbitrum|0.31
POL|폴리곤에코시스템토큰|Polygon Ecosystem Token|0.2
ICP|인터넷컴퓨터|Internet Computer|3.1
TON|토카막네트워크|Tokamak Network|0.65
BONK|봉크|Bonk|0.0000143|1000
FLOKI|플로키|Floki|0.000067|1000
TRUMP|오피셜트럼프|OFFICIAL TRUMP|7.1
VET|비체인|VeChain|0.0171
ATOM|코스모스|Cosmos|3.05
FIL|파일코인|Filecoin|1.58
ALGO|알고랜드|Algorand|0.182
SEI|세이|Sei|0.198
RENDER|렌더토큰|Render Token|2.4
JUP|주피터|Jupiter|0.41
PENGU|펏지펭귄|Pudgy Penguins|0.0186
STX|스택스|Stacks|0.43
OP|옵티미즘|Optimism|0.44
INJ|인젝티브|Injective|8.4
IMX|이뮤터블엑스|Immutable|0.5
GRT|더그래프|The Graph|0.0625
PYTH|피스네트워크|Pyth Network|0.104
TIA|셀레스티아|Celestia|1.02
XTZ|테조스|Tezos|0.6
SAND|샌드박스|The Sandbox|0.203
MANA|디센트럴랜드|Decentraland|0.235
THETA|쎄타토큰|Theta Network|0.52
AXS|엑시인피니티|Axie Infinity|1.52
JASMY|재스미코인|JasmyCoin|0.0098
CRV|커브|Curve|0.53
NEO|네오|Neo|4.85
GALA|갈라|Gala|0.0109
FLOW|플로우|Flow|0.27
EGLD|멀티버스엑스|MultiversX|9.7
MINA|미나|Mina|0.107
CHZ|칠리즈|Chiliz|0.0336
XEC|이캐시|eCash|0.0000133|1000
ZRO|레이어제로|LayerZero|1.66
ENS|이더리움네임서비스|Ethereum Name Service|15.1
W|웜홀|Wormhole|0.072
STRK|스타크넷|Starknet|0.115
ZETA|제타체인|ZetaChain|0.112
ASTR|아스타|Astar|0.0172
BLUR|블러|Blur|0.0505
BEAM|빔|Beam|0.0054
MASK|마스크네트워크|Mask Network|0.83
SNX|신세틱스|Synthetix|1.1
COMP|컴파운드|Compound|40.5
KAVA|카바|Kava|0.165
ZIL|질리카|Zilliqa|0.0076
ZRX|제로엑스|0x Protocol|0.19
BAT|베이직어텐션토큰|Basic Attention Token|0.17
ONT|온톨로지|Ontology|0.1
QTUM|퀀텀|Qtum|1.72
ICX|아이콘|ICON|0.095
IOTA|아이오타|IOTA|0.136
IOST|아이오에스티|IOST|0.0023
WAVES|웨이브|Waves|0.85
ANKR|앵커|Ankr|0.0101
STORJ|스토리지|Storj|0.18
GLM|골렘|Golem|0.215
CVC|시빅|Civic|0.07
KNC|카이버네트워크|Kyber Network|0.3
POWR|파워렛저|Powerledger|0.115
STEEM|스팀|Steem|0.095
HIVE|하이브|Hive|0.14
1INCH|1인치네트워크|1inch Network|0.185
CELO|셀로|Celo|0.25
ARKM|아캄|Arkham|0.36
GAS|가스|NeoGas|2.3
ONG|온톨로지가스|Ontology Gas|0.135
SXP|솔라|Solar|0.09
T|쓰레스홀드|Threshold|0.0128
USUAL|유주얼|Usual|0.035
ME|매직에덴|Magic Eden|0.46
MOVE|무브먼트|Movement|0.074
BERA|베라체인|Berachain|1.95
LAYER|솔레이어|Solayer|0.22
KAITO|카이토|Kaito|1.1
VIRTUAL|버추얼프로토콜|Virtuals Protocol|1.35
ANIME|애니메코인|Animecoin|0.0089
IP|스토리|Story|4.9
SONIC|소닉에스브이엠|Sonic SVM|0.16
BIGTIME|빅타임|Big Time|0.034
AUCTION|바운스토큰|Bounce Token|7.2
ORCA|오르카|Orca|1.48
JTO|지토|Jito|0.88
DRIFT|드리프트|Drift|0.38
COW|카우프로토콜|CoW Protocol|0.24
SAFE|세이프|Safe|0.22
CARV|카브|CARV|0.19
UXLINK|유엑스링크|UXLINK|0.032
SIGN|사인|Sign|0.043
INIT|이니시아|Initia|0.145
WCT|월렛커넥트|WalletConnect|0.135
NXPC|넥스페이스|NEXPACE|0.48
SOPH|소폰|Sophon|0.017
HOME|디파이앱|Home|0.022
RESOLV|리졸브|Resolv|0.09
SAHARA|사하라에이아이|Sahara AI|0.075
NEWT|뉴튼프로토콜|Newton Protocol|0.135
ERA|칼데라|Caldera|0.29
HYPER|하이퍼레인|Hyperlane|0.19
PROVE|석싱트|Succinct|0.62
CYBER|사이버|Cyber|0.98
WAL|월러스|Walrus|0.2
DEEP|딥북|DeepBook|0.068
HAEDAL|헤이달|Haedal|0.06
AXL|액셀라|Axelar|0.19
AGLD|어드벤처골드|Adventure Gold|0.36
VANA|바나|Vana|2.9
LPT|라이브피어|Livepeer|4.9
API3|에이피아이쓰리|API3|0.62
SUPER|슈퍼버스|SuperVerse|0.31
HOOK|훅트프로토콜|Hooked Protocol|0.055
TT|썬더코어|ThunderCore|0.0024
MOCA|모카네트워크|Moca Network|0.038
POLYX|폴리매쉬|Polymesh|0.071
G|그래비티|Gravity|0.0072
SKY|스카이|Sky|0.055
PUNDIX|펀디엑스|Pundi X|0.27
LSK|리스크|Lisk|0.25
ARK|아크|Ark|0.33
STRAX|스트라티스|Stratis|0.031
CTSI|카르테시|Cartesi|0.05
GMT|스테픈|STEPN|0.026
CKB|너보스|Nervos Network|0.0031
MTL|메탈|Metal DAO|0.46
QKC|쿼크체인|QuarkChain|0.0052
LRC|루프링|Loopring|0.065
ELF|엘프|aelf|0.16
AERGO|아르고|Aergo|0.075
ARPA|알파|ARPA|0.017
BNT|뱅코르|Bancor|0.62
DENT|덴트|Dent|0.00047
WIN|윙크|WINkLink|0.0000345
CAT|사이먼스캣|Simon's Cat|0.0000052|1000
LUNC|테라클래식|Terra Classic|0.000041|1000
SATS|사츠|SATS|0.0000000245|1000
CHEEMS|침스|Cheems|0.00000105|1000
WHY|와이|WHY|0.0000000268|1000
RATS|랫츠|Rats|0.0000172|1000
DOGS|도그스|Dogs|0.0000585
NOT|낫코인|Notcoin|0.00084
HMSTR|햄스터컴뱃|Hamster Kombat|0.00036
TURBO|터보|Turbo|0.0024
MEME|밈코인|Memecoin|0.0017
PEOPLE|피플|ConstitutionDAO|0.0125
BOME|북오브밈|Book of Meme|0.00115
WIF|도그위프햇|dogwifhat|0.53
POPCAT|팝캣|Popcat|0.155
MEW|캣인어독스월드|cat in a dogs world|0.0018
NEIRO|네이로|Neiro|0.00019
PNUT|피넛|Peanut the Squirrel|0.115
ACT|액트|Act I|0.026
GOAT|고티우스막시무스|Goatseus Maximus|0.051
MOODENG|무뎅|Moo Deng|0.098
FARTCOIN|파트코인|Fartcoin|0.31
SPX|에스피엑스6900|SPX6900|0.72
LDO|리도다오|Lido DAO|0.87
PENDLE|펜들|Pendle|3.1
EIGEN|아이겐레이어|EigenLayer|0.95
ETHFI|이더파이|ether.fi|0.98
SSV|에스에스브이네트워크|SSV Network|5.2
RPL|로켓풀|Rocket Pool|2.9
DYDX|디와이디엑스|dYdX|0.31
GMX|지엠엑스|GMX|9.4
SUSHI|스시|SushiSwap|0.48
YFI|연파이낸스|yearn.finance|4750
CAKE|팬케이크스왑|PancakeSwap|2.6
RUNE|토르체인|THORChain|0.83
KSM|쿠사마|Kusama|10.2
DASH|대시|Dash|75
TFUEL|쎄타퓨엘|Theta Fuel|0.031
MOG|모그|Mog Coin|0.00000041|1000000
ZEC|지캐시|Zcash|385
HYPE|하이퍼리퀴드|Hyperliquid|41
`;

export interface ListedCoin {
  readonly ticker: string;
  readonly koreanName: string;
  readonly englishName: string;
  readonly startUsdt: number;
  /** Coins in a Binance contract, as the venue writes it before the ticker. */
  readonly units: string;
}

export const coins: readonly ListedCoin[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [ticker = '', koreanName = '', englishName = '', usdt = '', units = '1'] = line.split('|');
    return { ticker, koreanName, englishName, startUsdt: toNumber(price(usdt)), units };
  });

/** Tickers that name another asset at Binance than at Upbit, with what they are there. */
export const namesakes: ReadonlyMap<string, Pick<ListedCoin, 'englishName' | 'startUsdt'>> = new Map([
  ['TON', { englishName: 'Toncoin', startUsdt: 2.15 }],
]);

/** Coins of which Upbit says that something is the matter. */
export const troubled = {
  /** Deposits and withdrawals are halted. */
  haltedWallets: ['ICX'],
  /** Under investment warning. */
  warnings: ['STRAX'],
  /** Flagged with one or more cautions, by their names in `market_event.caution`. */
  cautions: new Map<string, readonly string[]>([['MTL', ['PRICE_FLUCTUATIONS', 'TRADING_VOLUME_SOARING']]]),
} as const;
