"""Every text a person reads, in English and Indonesian.

A text is found by its key and filled with values: `say("error.photo_empty", "en", name="me.jpg")`. Both languages hold
the same keys with the same placeholders; a test keeps it so.
"""

from types import MappingProxyType

LANGUAGES = ("en", "id")
"""The languages, by ISO 639-1 code."""

DEFAULT_LANGUAGE = "en"

_ENGLISH = {
    "emotion.Angry": "Angry",
    "emotion.Fear": "Fear",
    "emotion.Happy": "Happy",
    "emotion.Neutral": "Neutral",
    "emotion.Sad": "Sad",
    "emotion.Surprise": "Surprise",
    "goal.match": "Match",
    "goal.lift": "Lift",
    "goal.calm": "Calm",
    "goal.match.hint": "Songs around this mood",
    "goal.lift.hint": "Step by step to happy",
    "goal.calm.hint": "Step by step to calm",
    # The page
    "page.title": "femr: music for the face you make",
    "page.tagline": "Music for the face you make.",
    "page.tab.photo": "Photo",
    "page.tab.pick": "Pick a mood",
    "page.photo": "A photo with a face",
    "page.photo.placeholder": "Drop, paste or snap a face",
    "page.photo.hint": "Your photo is read, not kept: its temporary file is deleted within minutes.",
    "page.too_large": "This file is larger than {limit} MB. Scale the photo down and try again.",
    "page.faces": "The faces that were found",
    "page.face": "Face {number}",
    "page.pick": "How do you want it to sound?",
    "page.pick.hint": "No camera, or no wish to show a face? Pick a mood by hand.",
    "page.goal": "Where should the music go?",
    "page.count": "How many songs",
    "page.shuffle": "Shuffle",
    "page.new_photo": "Another photo",
    "page.empty": "Show a face and ten songs appear here.",
    "page.bars": "Six emotions of face {number}",
    "page.looks": "This face looks {emotion}",
    "page.picked": "{emotion}, picked by hand",
    "page.several": "{count} faces found. Click another one to read it.",
    "page.unsure": "Hard to tell: half {first}, half {second}.",
    "page.footer": "A network's guess at an expression, not at what anybody feels. No photo is kept.",
    "player.title": "Player",
    "player.play": "Play {title} by {artist}",
    "player.no_id": "No player for this song; the links find it.",
    "player.hint": "Not logged in to Spotify, you hear 30 seconds.",
    "player.close": "Close the player",
    "link.spotify": "Find on Spotify",
    "link.youtube": "Find on YouTube",
    # Why a song is in the playlist
    "reason.label": "an editor's pick for {emotion}",
    "reason.place": "{valence} and {energy}",
    "reason.step": "{valence} and {energy}, {step}",
    "reason.valence.low": "dark",
    "reason.valence.middle": "even",
    "reason.valence.high": "warm",
    "reason.energy.low": "quiet",
    "reason.energy.middle": "steady",
    "reason.energy.high": "lively",
    "reason.step.brighter": "a step brighter than the last",
    "reason.step.darker": "a step darker than the last",
    "reason.step.livelier": "a step livelier than the last",
    "reason.step.quieter": "a step quieter than the last",
    # The terminal
    "terminal.photo": "Photo: {width} × {height} pixels, faces: {count}",
    "terminal.face": "Face {number} at ({x}, {y}), {width} × {height} pixels: {emotion}",
    "terminal.mood": "Mood: valence {valence:+.2f}, arousal {arousal:+.2f}",
    "terminal.playlist": "Playlist ({goal}):",
    # Nothing to read, though nothing is wrong
    "no_face": "No face found. Try more light, move closer, or face the camera.",
    # What is wrong with a photo
    "error.photo_missing": "Cannot open {name}. Check that the file is there and may be read.",
    "error.photo_empty": "{name} is empty. Save the photo again and retry.",
    "error.photo_unknown": "{name} is no picture that femr knows. Use a JPEG, PNG or WebP file.",
    "error.photo_damaged": "{name} is damaged or incomplete. Save or download the photo again.",
    "error.photo_heic": "{name} is a HEIC photo, which femr cannot open. Save it as JPEG first.",
    "error.photo_bomb": "{name} has more than {megapixels} megapixels. Scale it down first.",
    "error.photo_small": "{name} is {width} × {height} pixels, too small for a face. "
    "It needs at least {least} × {least}.",
    "error.photo_array": "Expected an RGB uint8 array (height, width, 3). Received: {dtype} {shape}.",
    # What is wrong with a choice
    "error.goal_unknown": "There is no goal {value!r}. Choose one of: {known}.",
    "error.emotion_unknown": "There is no emotion {value!r}. Choose one of: {known}.",
    "error.language_unknown": "There is no language {value!r}. Choose one of: {known}.",
    "error.count_range": "The number of songs should be a whole number from {least} to {most}. Received: {value!r}.",
    "error.filters_empty_languages": "No song in these languages passes the other filters. "
    "Choose more languages: without that filter {left} songs are left.",
    "error.filters_empty_genres": "No song of these genres passes the other filters. "
    "Choose more genres: without that filter {left} songs are left.",
    "error.filters_empty_years": "No song of these years passes the other filters. "
    "Choose more years: without that filter {left} songs are left.",
    "error.filters_empty_no_explicit": "Of the songs left, none is known to be free of explicit words. "
    "Allow them: {left} songs are left then.",
    "error.mood_range": "A mood's {name} lies between -1 and 1. Received: {value!r}.",
    "error.mood_missing": "Expected an emotion, or a mood as valence and arousal. Received: {value!r}.",
    "error.photo_expected": "Expected a photo. Received none.",
    "error.seed_range": "The seed should be a whole number from 0 up. Received: {value!r}.",
    # What is wrong with the installation
    "error.network_missing": "The network {path} is missing. Run train.py, or install femr again.",
    "error.network_broken": "The network {path} cannot be loaded. Run train.py, or install femr again.",
    "error.package_missing": "The package {package} is missing. Run: pip install -r requirements.txt",
    "error.catalogue_missing": "The catalogue {path} is missing. Install femr again.",
    "error.catalogue_unreadable": "The catalogue {path} cannot be read. Install femr again.",
    "error.catalogue_row": "The catalogue {path} is wrong in row {row}: {problem}.",
    # What is wrong with training data
    "error.data_missing": "There is no {path}. Give the path of a zip, a folder or fer2013.csv.",
    "error.data_layout": "Found no FER-2013 images in {path}. "
    "Expected Training/Training/<Emotion>/, train/<emotion>/, or fer2013.csv.",
    "error.class_empty": "{path} has no {part} images of {emotion}. Each of the six emotions needs some.",
    "error.class_too_small": "{path} has only {count} training images of {emotion}; at least {least} are needed.",
    "error.image_unreadable": "Cannot read {path}. Expected a grey picture of {side} × {side} pixels.",
    "error.csv_columns": "Expected the columns emotion, pixels and Usage in {path}. Found: {columns}.",
    "error.csv_row": "Row {row} of {path} is wrong. Expected an emotion from 0 to 6, {side} × {side} pixels from 0 to "
    "255, and Training, PublicTest or PrivateTest.",
    "error.part_missing": "{path} holds no {part} images. Choose another part, or data that has it.",
    "error.batch_too_large": "A batch of {size} images is more than the {count} there are. Choose a smaller one.",
    "error.run_exists": "{path} holds a run. Add --resume to go on with it, or choose another --out.",
    "error.run_missing": "{path} holds no run to resume. Leave out --resume to begin one.",
    "error.run_recipe": "{path} was written by another recipe. Resume with the same options, or begin another run.",
    "error.model_unreadable": "Cannot load the model {path}. Expected a .keras file that train.py wrote.",
    "error.run_inputs": "The run in {path} was trained on other images or votes. Resume with the same ones.",
    "error.start_shape": "The network to start from has another shape. Give the architecture that it was trained with.",
    "error.votes_unreadable": "Cannot read {path}. Expected FER+ votes: a csv with a column for each label.",
    "error.votes_none": "{path} has votes for none of the images. They are matched by the row in fer2013.csv, "
    "which must be the image's file name.",
    "error.export_differs": "Not published: Keras and LiteRT differ by {difference:.4f}, more than {limit}.",
    "error.export_size": "Not published: the network takes {megabytes:.1f} MB, more than {limit} MB.",
}

_INDONESIAN = {
    "emotion.Angry": "Marah",
    "emotion.Fear": "Takut",
    "emotion.Happy": "Senang",
    "emotion.Neutral": "Netral",
    "emotion.Sad": "Sedih",
    "emotion.Surprise": "Terkejut",
    "goal.match": "Sesuai",
    "goal.lift": "Naik",
    "goal.calm": "Tenang",
    "goal.match.hint": "Lagu di sekitar suasana ini",
    "goal.lift.hint": "Selangkah demi selangkah menuju senang",
    "goal.calm.hint": "Selangkah demi selangkah menuju tenang",
    "page.title": "femr: musik untuk raut wajahmu",
    "page.tagline": "Musik untuk raut wajahmu.",
    "page.tab.photo": "Foto",
    "page.tab.pick": "Pilih suasana",
    "page.photo": "Foto dengan wajah",
    "page.photo.placeholder": "Taruh, tempel, atau jepret wajah",
    "page.photo.hint": "Fotomu dibaca, tidak disimpan: berkas sementaranya dihapus dalam beberapa menit.",
    "page.too_large": "Berkas ini lebih dari {limit} MB. Perkecil fotonya, lalu coba lagi.",
    "page.faces": "Wajah yang ditemukan",
    "page.face": "Wajah {number}",
    "page.pick": "Mau terdengar seperti apa?",
    "page.pick.hint": "Tanpa kamera, atau tidak ingin memperlihatkan wajah? Pilih suasana sendiri.",
    "page.goal": "Musiknya menuju ke mana?",
    "page.count": "Jumlah lagu",
    "page.shuffle": "Acak",
    "page.new_photo": "Foto lain",
    "page.empty": "Perlihatkan wajah, lalu sepuluh lagu muncul di sini.",
    "page.bars": "Enam emosi wajah {number}",
    "page.looks": "Wajah ini tampak {emotion}",
    "page.picked": "{emotion}, dipilih sendiri",
    "page.several": "{count} wajah ditemukan. Klik wajah lain untuk membacanya.",
    "page.unsure": "Sulit ditebak: setengah {first}, setengah {second}.",
    "page.footer": "Tebakan jaringan tentang raut wajah, bukan perasaan siapa pun. Tidak ada foto yang disimpan.",
    "player.title": "Pemutar",
    "player.play": "Putar {title} oleh {artist}",
    "player.no_id": "Lagu ini tidak punya pemutar; tautannya menemukannya.",
    "player.hint": "Tanpa masuk ke Spotify, kamu mendengar 30 detik.",
    "player.close": "Tutup pemutar",
    "link.spotify": "Cari di Spotify",
    "link.youtube": "Cari di YouTube",
    "reason.label": "pilihan editor untuk {emotion}",
    "reason.place": "{valence} dan {energy}",
    "reason.step": "{valence} dan {energy}, {step}",
    "reason.valence.low": "gelap",
    "reason.valence.middle": "datar",
    "reason.valence.high": "hangat",
    "reason.energy.low": "lirih",
    "reason.energy.middle": "mantap",
    "reason.energy.high": "bersemangat",
    "reason.step.brighter": "selangkah lebih cerah dari sebelumnya",
    "reason.step.darker": "selangkah lebih gelap dari sebelumnya",
    "reason.step.livelier": "selangkah lebih bersemangat dari sebelumnya",
    "reason.step.quieter": "selangkah lebih lirih dari sebelumnya",
    "terminal.photo": "Foto: {width} × {height} piksel, wajah: {count}",
    "terminal.face": "Wajah {number} di ({x}, {y}), {width} × {height} piksel: {emotion}",
    "terminal.mood": "Suasana: valensi {valence:+.2f}, gairah {arousal:+.2f}",
    "terminal.playlist": "Daftar putar ({goal}):",
    "no_face": "Tidak ada wajah yang ditemukan. Coba cahaya lebih terang, mendekat, atau menghadap kamera.",
    "error.photo_missing": "{name} tidak dapat dibuka. Periksa apakah berkas itu ada dan boleh dibaca.",
    "error.photo_empty": "{name} kosong. Simpan fotonya lagi, lalu coba kembali.",
    "error.photo_unknown": "{name} bukan gambar yang dikenal femr. Pakai berkas JPEG, PNG, atau WebP.",
    "error.photo_damaged": "{name} rusak atau tidak lengkap. Simpan atau unduh fotonya lagi.",
    "error.photo_heic": "{name} adalah foto HEIC yang tidak dapat dibuka femr. Simpan dulu sebagai JPEG.",
    "error.photo_bomb": "{name} lebih dari {megapixels} megapiksel. Perkecil dulu.",
    "error.photo_small": "{name} berukuran {width} × {height} piksel, terlalu kecil untuk wajah. "
    "Perlu paling sedikit {least} × {least}.",
    "error.photo_array": "Diharapkan larik RGB uint8 (tinggi, lebar, 3). Diterima: {dtype} {shape}.",
    "error.goal_unknown": "Tidak ada tujuan {value!r}. Pilih salah satu: {known}.",
    "error.emotion_unknown": "Tidak ada emosi {value!r}. Pilih salah satu: {known}.",
    "error.language_unknown": "Tidak ada bahasa {value!r}. Pilih salah satu: {known}.",
    "error.count_range": "Jumlah lagu harus bilangan bulat dari {least} sampai {most}. Diterima: {value!r}.",
    "error.filters_empty_languages": "Tidak ada lagu dalam bahasa ini yang lolos saringan lain. "
    "Pilih lebih banyak bahasa: tanpa saringan itu tersisa {left} lagu.",
    "error.filters_empty_genres": "Tidak ada lagu bergenre ini yang lolos saringan lain. "
    "Pilih lebih banyak genre: tanpa saringan itu tersisa {left} lagu.",
    "error.filters_empty_years": "Tidak ada lagu dari tahun ini yang lolos saringan lain. "
    "Perlebar rentang tahun: tanpa saringan itu tersisa {left} lagu.",
    "error.filters_empty_no_explicit": "Dari lagu yang tersisa, tidak satu pun diketahui bebas kata kasar. "
    "Izinkan kata kasar: tersisa {left} lagu.",
    "error.mood_range": "{name} suatu suasana terletak antara -1 dan 1. Diterima: {value!r}.",
    "error.mood_missing": "Diharapkan emosi, atau suasana sebagai valensi dan gairah. Diterima: {value!r}.",
    "error.photo_expected": "Diharapkan foto. Tidak ada yang diterima.",
    "error.seed_range": "Benih acak harus bilangan bulat mulai dari 0. Diterima: {value!r}.",
    "error.network_missing": "Jaringan {path} tidak ada. Jalankan train.py, atau pasang femr lagi.",
    "error.network_broken": "Jaringan {path} tidak dapat dimuat. Jalankan train.py, atau pasang femr lagi.",
    "error.package_missing": "Paket {package} tidak ada. Jalankan: pip install -r requirements.txt",
    "error.catalogue_missing": "Katalog {path} tidak ada. Pasang femr lagi.",
    "error.catalogue_unreadable": "Katalog {path} tidak dapat dibaca. Pasang femr lagi.",
    "error.catalogue_row": "Katalog {path} salah di baris {row}: {problem}.",
    "error.data_missing": "Tidak ada {path}. Berikan lokasi zip, folder, atau fer2013.csv.",
    "error.data_layout": "Tidak ada gambar FER-2013 di {path}. "
    "Diharapkan Training/Training/<Emotion>/, train/<emotion>/, atau fer2013.csv.",
    "error.class_empty": "{path} tidak punya gambar {part} untuk {emotion}. Keenam emosi masing-masing perlu gambar.",
    "error.class_too_small": "{path} hanya punya {count} gambar latihan untuk {emotion}; perlu paling sedikit {least}.",
    "error.image_unreadable": "{path} tidak dapat dibaca. Diharapkan gambar abu-abu {side} × {side} piksel.",
    "error.csv_columns": "Diharapkan kolom emotion, pixels, dan Usage di {path}. Ditemukan: {columns}.",
    "error.csv_row": "Baris {row} di {path} salah. Diharapkan emosi 0 sampai 6, {side} × {side} piksel 0 sampai 255, "
    "dan Training, PublicTest, atau PrivateTest.",
    "error.part_missing": "{path} tidak punya gambar {part}. Pilih bagian lain, atau data yang memilikinya.",
    "error.batch_too_large": "Satu kelompok {size} gambar lebih dari {count} yang ada. Pilih yang lebih kecil.",
    "error.run_exists": "{path} sudah berisi pelatihan. Tambahkan --resume untuk melanjutkan, atau pilih --out lain.",
    "error.run_missing": "{path} tidak berisi pelatihan untuk dilanjutkan. Hapus --resume untuk memulai.",
    "error.run_recipe": "{path} ditulis oleh resep lain. Lanjutkan dengan pilihan yang sama, atau mulai yang baru.",
    "error.model_unreadable": "Model {path} tidak dapat dimuat. Diharapkan berkas .keras dari train.py.",
    "error.run_inputs": "Pelatihan di {path} memakai gambar atau suara lain. Lanjutkan dengan yang sama.",
    "error.start_shape": "Bentuk jaringan awal berbeda. Berikan arsitektur yang dipakai saat melatihnya.",
    "error.votes_unreadable": "{path} tidak dapat dibaca. Diharapkan suara FER+: csv dengan satu kolom tiap label.",
    "error.votes_none": "{path} tidak memuat suara untuk satu gambar pun. Suara dicocokkan lewat nomor baris di "
    "fer2013.csv, yang harus menjadi nama berkas gambar.",
    "error.export_differs": "Tidak diterbitkan: Keras dan LiteRT berbeda {difference:.4f}, lebih dari {limit}.",
    "error.export_size": "Tidak diterbitkan: jaringan {megabytes:.1f} MB, lebih dari {limit} MB.",
}

TEXTS = MappingProxyType({"en": _ENGLISH, "id": _INDONESIAN})
"""Every text, by language and key."""


def say(key: str, lang: str = DEFAULT_LANGUAGE, /, **values: object) -> str:
    """The text `key` in `lang`, with its placeholders filled.

    Raises:
        KeyError: there is no such text or language, or a value is missing; a mistake in the code, not the visitor's.
    """
    return TEXTS[lang][key].format(**values)
