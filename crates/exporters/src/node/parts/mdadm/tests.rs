use super::*;

fn check(text: &str, expected: &[Array<'_>]) {
    assert_eq!(arrays(text), expected, "{text}");
}

#[test]
fn an_array_in_order_one_that_recovers_and_one_without_redundancy() {
    check(
        "Personalities : [raid6] [raid0]\n\
         md3 : active raid6 sda1[8] sdh1[7] sdb1[9](S)\n\
         \x20     5853468288 blocks super 1.2 level 6, 64k chunk, algorithm 2 [8/8] [UUUUUUUU]\n\
         \n\
         md8 : active raid1 sdb1[1] sda1[0](F)\n\
         \x20     195310144 blocks [2/1] [U_]\n\
         \x20     [=>...................]  recovery =  8.5% (16775552/195310144) finish=17.0min speed=259783K/sec\n\
         \n\
         md9 : active raid0 sda2[0] sdb2[1]\n\
         \x20     314159 blocks 64k chunks\n\
         md7 : inactive sda3[0](S)\n\
         \x20     7340032 blocks super external:imsm\n\
         unused devices: <none>\n",
        &[
            Array {
                device: "md3",
                state: "active",
                disks: [8.0, 0.0, 1.0],
                counts: [5_853_468_288.0, 5_853_468_288.0, 8.0],
            },
            Array {
                device: "md8",
                state: "recovering",
                disks: [1.0, 1.0, 0.0],
                counts: [195_310_144.0, 16_775_552.0, 2.0],
            },
            Array {
                device: "md9",
                state: "active",
                disks: [2.0, 0.0, 0.0],
                counts: [314_159.0, 314_159.0, 2.0],
            },
            Array {
                device: "md7",
                state: "inactive",
                disks: [0.0, 0.0, 1.0],
                counts: [7_340_032.0, 7_340_032.0, 0.0],
            },
        ],
    );
}

#[test]
fn garbage_is_no_array() {
    for text in [
        "",
        "\n\n",
        "      1 blocks [2/2]\n",
        "md0 : \n",
        "md0 : sick raid1 a[0]\n",
        ": : :\n",
    ] {
        check(text, &[]);
    }
}
