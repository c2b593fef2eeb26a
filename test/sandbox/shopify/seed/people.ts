/** A name as it is written, and as it would stand in an e-mail address. */
export type Name = readonly [written: string, latin: string]

export interface People {
  readonly locale: string
  readonly first: readonly Name[]
  readonly last: readonly Name[]
}

/** Names in a dozen scripts, some from right to left, some with signs that are two code units long. */
export const peoples = {
  german: people(
    'de',
    'Jörg:joerg Änne:aenne Käthe:kaethe Moritz:moritz Frieda:frieda Søren:soeren',
    'Müller:mueller Groß:gross Öztürk:oeztuerk Schäfer:schaefer Weiß:weiss von_der_Heide:heide',
  ),
  english: people(
    'en',
    "Ada:ada Grace:grace Seán:sean Zoë:zoe Mary-Jane:mary-jane D'Arcy:darcy",
    "O'Brien:obrien Lovelace:lovelace Smith-Jones:smith-jones MacDonald:macdonald Hopper:hopper Ng:ng",
  ),
  french: people(
    'fr',
    'Élodie:elodie François:francois Zoé:zoe Anaïs:anais Gaël:gael',
    "L'Écuyer:lecuyer Lefèvre:lefevre Noël:noel d'Arvor:darvor Brûlé:brule",
  ),
  spanish: people(
    'es',
    'Iñaki:inaki Begoña:begona José_Luis:joseluis Ángeles:angeles',
    'Muñoz:munoz Peña:pena García_Márquez:garciamarquez Ibáñez:ibanez',
  ),
  italian: people('it', 'Niccolò:niccolo Chiara:chiara Luca:luca', "D'Angelo:dangelo Rossi:rossi Nicolò:nicolo"),
  portuguese: people(
    'pt-BR',
    'João:joao Conceição:conceicao Antônia:antonia',
    'Gonçalves:goncalves Assunção:assuncao Simões:simoes',
  ),
  polish: people(
    'pl',
    'Łukasz:lukasz Żaneta:zaneta Małgorzata:malgorzata',
    'Wójcik:wojcik Dąbrowski:dabrowski Źrebak:zrebak',
  ),
  russian: people('ru', 'Анна:anna Фёдор:fyodor Юлия:yulia', 'Щербаков:shcherbakov Достоевская:dostoevskaya Цой:tsoi'),
  greek: people('el', 'Ελένη:eleni Γιώργος:giorgos', 'Παπαδόπουλος:papadopoulos Νικολάου:nikolaou'),
  arabic: people('ar', 'محمد:mohammed فاطمة:fatima ليلى:layla', 'الحسن:alhassan القاسمي:alqasimi خوري:khoury'),
  hebrew: people('he', 'נועה:noa יוסף:yosef', 'לוי:levi כהן:cohen'),
  chinese: people('zh-CN', '小明:xiaoming 丽华:lihua 𠮷:ji', '王:wang 李:li 欧阳:ouyang'),
  japanese: people('ja', 'さくら:sakura 太郎:taro ケンジ:kenji', '佐藤:sato 渡邊:watanabe 髙橋:takahashi'),
  korean: people('ko', '지민:jimin 서연:seoyeon', '김:kim 이:lee 남궁:namgung'),
  hindi: people('hi', 'प्रिया:priya अर्जुन:arjun', 'शर्मा:sharma कृष्णन:krishnan'),
  thai: people('th', 'สมชาย:somchai มาลี:mali', 'ใจดี:jaidee ศรีสุข:srisuk'),
  playful: people('en', 'Zoe🌸:zoe 👩‍🚀Mae:mae Renée✨:renee 🇧🇷Bia:bia', 'Sunshine☀️:sunshine Doe:doe 🦄:unicorn'),
} as const satisfies Record<string, People>

/** `written:latin` by spaces; an underscore stands for a space inside a name. */
function people(locale: string, first: string, last: string): People {
  return { locale, first: names(first), last: names(last) }
}

function names(text: string): Name[] {
  return text.split(' ').map((name) => {
    const [written = '', latin = ''] = name.split(':')
    return [written.replaceAll('_', ' '), latin]
  })
}
