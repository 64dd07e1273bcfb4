from benchmarks.song_places import joined, main, rows
from femr.music.catalogue import catalogue

HEADER = "dzr_sng_id,MSD_sng_id,MSD_track_id,valence,arousal,artist_name,track_name\n"


def test_songs_are_joined_by_artist_and_title_whatever_their_case_and_punctuation(tmp_path):
    file = tmp_path / "test.csv"
    file.write_text(
        f"{HEADER}1,a,b,-0.7,-0.6,ADELE,Someone like you\n2,a,b,1,1,Adele,Happy\n3,a,b,0,0,adele,Someone Like You_\n"
    )
    (judged,) = joined(rows([file]))
    assert (judged.song.title, judged.valence, judged.arousal) == ("Someone Like You", -0.7, -0.6)


def test_the_agreement_is_a_correlation(tmp_path, monkeypatch, capsys):
    file = tmp_path / "test.csv"
    lines = [f'1,a,b,{song.valence},{-song.energy},"{song.artist}","{song.title}"' for song in catalogue().songs[:40]]
    file.write_text(HEADER + "\n".join(lines), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["song_places", str(file)])
    main()
    assert "r = 1.00 of valence, -1.00 of energy" in capsys.readouterr().out
