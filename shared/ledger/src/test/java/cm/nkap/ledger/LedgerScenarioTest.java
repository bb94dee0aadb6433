package cm.nkap.ledger;

import org.junit.jupiter.api.Test;

/** The money stories of docs/chart-of-accounts.md, as tables. */
class LedgerScenarioTest {
    @Test
    void aChargeFeedsTheMerchantAndThePlatformOnce() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, merchant:1 liability from 0, platform:fees income
                post     ch1  float:mtn 1000 -> merchant:1 970, platform:fees 30   posted
                post     ch1  float:mtn 1000 -> merchant:1 970, platform:fees 30   replayed
                post     ch1  float:mtn 1000 -> merchant:1 1000                    refused KEY_REUSED
                balance  float:mtn      1000
                balance  merchant:1     970
                balance  platform:fees  30
                """);
    }

    @Test
    void aPayoutNeverOverdrawsTheMerchantNorTheFloat() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, float:orange asset from 0, merchant:1 liability from 0, platform:fees income
                post     ch1  float:mtn 1000 -> merchant:1 1000                     posted
                post     po1  merchant:1 1001 -> float:mtn 1001                     refused INSUFFICIENT_FUNDS merchant:1
                post     po2  merchant:1 500 -> float:orange 500                    refused INSUFFICIENT_FUNDS float:orange
                post     po3  merchant:1 510 -> float:mtn 500, platform:fees 10     posted
                post     po4  merchant:1 491 -> float:mtn 491                       refused INSUFFICIENT_FUNDS merchant:1
                post     po5  merchant:1 490 -> float:mtn 490                       posted
                balance  merchant:1     0
                balance  float:mtn      10
                balance  platform:fees  10
                """);
    }

    @Test
    void aFailedPayoutIsReversedExactlyAndOnce() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, merchant:1 liability from 0, platform:fees income
                post     ch1   float:mtn 1000 -> merchant:1 1000                   posted
                post     po1   merchant:1 510 -> float:mtn 500, platform:fees 10   posted
                reverse  po1r  po1                                                 posted
                reverse  po1r  po1                                                 replayed
                reverse  po1s  po1                                                 refused ALREADY_REVERSED
                balance  merchant:1     1000
                balance  float:mtn      1000
                balance  platform:fees  0
                """);
    }

    @Test
    void anEscrowIsReleasedInPartsAndTheRestRefunded() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, escrow:1 liability from 0, merchant:1 liability from 0, platform:fees income
                post     es1  float:mtn 900 -> escrow:1 900                         posted
                post     rl1  escrow:1 300 -> merchant:1 291, platform:fees 9       posted
                post     rl2  escrow:1 601 -> merchant:1 601                        refused INSUFFICIENT_FUNDS escrow:1
                post     rf1  escrow:1 600 -> float:mtn 600                         posted
                post     rl3  escrow:1 1 -> merchant:1 1                            refused INSUFFICIENT_FUNDS escrow:1
                balance  escrow:1    0
                balance  float:mtn   300
                balance  merchant:1  291
                """);
    }

    @Test
    void floatsMoveThroughTransitAndAreFedByTheBank() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, float:orange asset from 0, clearing:transit asset, bank:main asset, platform:provider-costs expense
                post     tu1  float:mtn 5000 -> bank:main 5000                                posted
                post     cl1  clearing:transit 2000 -> float:mtn 2000                         posted
                balance  clearing:transit  2000
                post     cl2  float:orange 2000 -> clearing:transit 2000                      posted
                post     pf1  platform:provider-costs 25 -> float:orange 25                   posted
                balance  clearing:transit         0
                balance  float:mtn                3000
                balance  float:orange             1975
                balance  bank:main                -5000
                balance  platform:provider-costs  25
                """);
    }

    @Test
    void aRefundOfSpentMoneyIsRefusedUntilTheMerchantHasIt() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, merchant:1 liability from 0
                post     ch1  float:mtn 1000 -> merchant:1 1000   posted
                post     po1  merchant:1 800 -> float:mtn 800     posted
                post     rf1  merchant:1 1000 -> float:mtn 1000   refused INSUFFICIENT_FUNDS merchant:1
                post     ch2  float:mtn 800 -> merchant:1 800     posted
                post     rf1  merchant:1 1000 -> float:mtn 1000   posted
                balance  merchant:1  0
                balance  float:mtn   0
                """);
    }

    @Test
    void oneCallIsJudgedLineByLine() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, merchant:1 liability from 0, merchant:2 liability from 0
                post     a  merchant:1 10 -> float:mtn 10        refused INSUFFICIENT_FUNDS merchant:1
                with     b  float:mtn 10 -> merchant:1 10        posted
                with     c  merchant:1 10 -> merchant:2 10       posted
                with     d  merchant:1 1 -> merchant:2 1         refused INSUFFICIENT_FUNDS merchant:1
                with     e  merchant:2 10 -> merchant:9 10       refused UNKNOWN_ACCOUNT merchant:9
                with     f  merchant:2 10 -> merchant:1 9        refused UNBALANCED
                with     c  merchant:1 10 -> merchant:2 10       replayed
                with     a  merchant:2 10 -> float:mtn 10        posted
                balance  merchant:1  0
                balance  merchant:2  0
                """);
    }

    @Test
    void aCreditLineIsAFloorBelowZero() {
        LedgerScenario.run("""
                open     float:mtn asset from 0, bank:main asset, merchant:1 liability from -500
                post     a  float:mtn 300 -> bank:main 300      posted
                post     b  float:mtn 300 -> bank:main 300      posted
                post     c  merchant:1 501 -> float:mtn 501     refused INSUFFICIENT_FUNDS merchant:1
                post     d  merchant:1 500 -> float:mtn 500     posted
                post     e  merchant:1 1 -> float:mtn 1         refused INSUFFICIENT_FUNDS merchant:1
                balance  merchant:1  -500
                """);
    }
}
